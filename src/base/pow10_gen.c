/* Prints the table of pow10.h as C, from exact integers. */
#include "pow10.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#define WORDS 44 /* of 32 bits: 10^324 has 1077, and 2^(1077 + 128) must fit as well */

typedef struct big {
    uint32_t words[WORDS]; /* lowest first */
} big;

static void multiply(big *n, uint32_t by) {
    uint64_t carry = 0;
    for (int i = 0; i < WORDS; i++) {
        carry += (uint64_t)n->words[i] * by;
        n->words[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

static void divide(big *n, uint32_t by) {
    uint64_t rest = 0;
    for (int i = WORDS; i-- > 0;) {
        rest = rest << 32 | n->words[i];
        n->words[i] = (uint32_t)(rest / by);
        rest %= by;
    }
}

static unsigned bit(const big *n, int at) {
    return at < 0 ? 0 : n->words[at / 32] >> at % 32 & 1;
}

static int bit_length(const big *n) {
    int len = 32 * WORDS;
    while (len && !bit(n, len - 1)) len--;
    return len;
}

static void print_entry(const big *n, bool inexact) {
    uint64_t high = 0, low = 0;
    int len = bit_length(n);
    for (int i = 1; i <= 64; i++) high = high << 1 | bit(n, len - i);
    for (int i = 65; i <= 128; i++) low = low << 1 | bit(n, len - i);
    for (int i = 0; i < len - 128; i++) inexact |= bit(n, i);
    if (inexact && ++low == 0) high++;
    printf("    {UINT64_C(0x%016" PRIX64 "), UINT64_C(0x%016" PRIX64 ")},\n", high, low);
}

int main(void) {
    printf("#include <stdint.h>\n\nextern const uint64_t number_pow10[%d][2];\n", POW10_MAX - POW10_MIN + 1);
    printf("const uint64_t number_pow10[%d][2] = {\n", POW10_MAX - POW10_MIN + 1);
    for (int k = POW10_MIN; k <= POW10_MAX; k++) {
        big n = {{1}};
        for (int i = 0; i < k || i < -k; i++) multiply(&n, 10);
        if (k < 0) { /* 2^m / 10^-k with the m that gives 128 bits; dividing step by step gives the same */
            int m = bit_length(&n) + 127;
            n = (big){{0}};
            n.words[m / 32] = UINT32_C(1) << m % 32;
            for (int i = 0; i < -k; i++) divide(&n, 10);
        }
        print_entry(&n, k < 0);
    }
    puts("};");
    return 0;
}
