#include "number.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "pow10.h"

__extension__ typedef unsigned __int128 uint128;

static const char digit_pairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
    "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";

/* Writes the digits of `value` so that they end before `end`; gives where they begin. */
static char *put_digits(char *end, uint64_t value) {
    for (; value >= 100; value /= 100) memcpy(end -= 2, digit_pairs + 2 * (value % 100), 2);
    if (value < 10)
        *--end = (char)('0' + value);
    else
        memcpy(end -= 2, digit_pairs + 2 * value, 2);
    return end;
}

size_t number_from_int(char *out, int64_t value) {
    char digits[NUMBER_TEXT_MAX], *end = digits + sizeof digits;
    char *begin = put_digits(end, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
    if (value < 0) *--begin = '-';
    memcpy(out, begin, (size_t)(end - begin));
    return (size_t)(end - begin);
}

/* digits × 10^exponent */
typedef struct decimal_float {
    uint64_t digits;
    int exponent;
} decimal_float;

#define MANTISSA_BITS 52
#define HIDDEN_BIT    (UINT64_C(1) << MANTISSA_BITS)
#define EXPONENT_BIAS (1023 + MANTISSA_BITS)

/* floor(log2(10^e)) and floor(log10(2^e × 3/4 or 1)), exact for every exponent of a double. */
static int floor_log2_pow10(int e) {
    return (e * 1741647) >> 19;
}
static int floor_log10_pow2(int e, bool three_quarters) {
    return (e * 1262611 - (three_quarters ? 524031 : 0)) >> 22;
}

/* The high 64 bits of the 192-bit product, the lowest of them set where what is cut off matters: rounding to
 * odd keeps every later comparison right. */
static uint64_t round_to_odd(const uint64_t power[2], uint64_t n) {
    uint128 low = (uint128)power[1] * n;
    uint128 product = (uint128)power[0] * n + (uint64_t)(low >> 64);
    return (uint64_t)(product >> 64) | ((uint64_t)product > 1);
}

/* Raffaello Giulietti's Schubfach ("The Schubfach way to render doubles", 2020; names as there): of the
 * decimals that read back as c × 2^q, one with the fewest digits, and of these the closest, even where two
 * are. All numbers are scaled by 4 so that the bounds of the rounding interval are whole. */
static decimal_float shortest(uint64_t mantissa, int biased_exponent) {
    bool normal = biased_exponent != 0;
    uint64_t c = normal ? mantissa | HIDDEN_BIT : mantissa;
    int q = (normal ? biased_exponent : 1) - EXPONENT_BIAS;
    if (q <= 0 && q > -MANTISSA_BITS - 1 && (c & ((UINT64_C(1) << -q) - 1)) == 0)
        return (decimal_float){c >> -q, 0}; /* a whole number below 2^53 */

    bool lower_is_closer = mantissa == 0 && biased_exponent > 1;
    uint64_t odd = c & 1; /* the bounds themselves read back as the even neighbour */
    int k = floor_log10_pow2(q, lower_is_closer);
    int h = q + floor_log2_pow10(-k) + 1;
    const uint64_t *power = number_pow10[-k - POW10_MIN];
    uint64_t lower = round_to_odd(power, (4 * c - 2 + lower_is_closer) << h) + odd;
    uint64_t value = round_to_odd(power, (4 * c) << h);
    uint64_t upper = round_to_odd(power, (4 * c + 2) << h) - odd;

    uint64_t s = value / 4;
    if (s >= 10) {
        uint64_t shorter = s / 10;
        bool under = lower <= 40 * shorter, over = 40 * shorter + 40 <= upper;
        if (under != over) return (decimal_float){shorter + over, k + 1};
    }
    bool under = lower <= 4 * s, over = 4 * s + 4 <= upper;
    if (under != over) return (decimal_float){s + over, k};
    uint64_t middle = 4 * s + 2;
    return (decimal_float){s + (value > middle || (value == middle && (s & 1))), k};
}

static char *put_zeros(char *out, int count) {
    memset(out, '0', (size_t)count);
    return out + count;
}

static char *put_bytes(char *out, const char *from, int count) {
    memcpy(out, from, (size_t)count);
    return out + count;
}

/* ECMAScript's Number::toString: `digits` with the point after the first `point` of them. */
static char *lay_out(char *out, const char *digits, int count, int point) {
    if (point > 0 && point <= 21) {
        if (count <= point) return put_zeros(put_bytes(out, digits, count), point - count);
        out = put_bytes(out, digits, point);
        *out++ = '.';
        return put_bytes(out, digits + point, count - point);
    }
    if (point > -6 && point <= 0) {
        out = put_zeros(put_bytes(out, "0.", 2), -point);
        return put_bytes(out, digits, count);
    }
    *out++ = digits[0];
    if (count > 1) {
        *out++ = '.';
        out = put_bytes(out, digits + 1, count - 1);
    }
    *out++ = 'e';
    *out++ = point > 0 ? '+' : '-';
    return out + number_from_int(out, abs(point - 1));
}

size_t number_from_float(char *out, double value) {
    uint64_t bits;
    char digits[NUMBER_TEXT_MAX], *end = digits + sizeof digits, *next = out;
    memcpy(&bits, &value, sizeof bits);
    if (bits >> 63) *next++ = '-';
    if (value == 0) {
        *next = '0';
        return (size_t)(next + 1 - out);
    }
    decimal_float d = shortest(bits & (HIDDEN_BIT - 1), (int)(bits >> MANTISSA_BITS & 0x7FF));
    char *begin = put_digits(end, d.digits);
    int point = (int)(end - begin) + d.exponent;
    while (end - begin > 1 && end[-1] == '0') end--;
    return (size_t)(lay_out(next, begin, (int)(end - begin), point) - out);
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Where the digits that stand at text[at] end. */
static size_t skip_digits(sheaf_slice text, size_t at) {
    while (at < text.len && is_digit(text.ptr[at])) at++;
    return at;
}

/* Where the exponent at text[at] ends; `at` itself where there is none. */
static size_t skip_exponent(sheaf_slice text, size_t at) {
    if (at == text.len || (text.ptr[at] != 'e' && text.ptr[at] != 'E')) return at;
    size_t digits = at + 1;
    if (digits < text.len && (text.ptr[digits] == '+' || text.ptr[digits] == '-')) digits++;
    size_t end = skip_digits(text, digits);
    return end > digits ? end : at;
}

size_t number_prefix(sheaf_slice text) {
    size_t begin = text.len && text.ptr[0] == '-' ? 1 : 0;
    size_t end = skip_digits(text, begin);
    if (end == begin) return 0;
    if (text.ptr[begin] == '0') end = begin + 1;
    if (end < text.len && text.ptr[end] == '.') {
        size_t fraction = skip_digits(text, end + 1);
        if (fraction == end + 1) return end;
        end = fraction;
    }
    return skip_exponent(text, end);
}

bool number_to_int(sheaf_slice text, int64_t *ret) {
    bool negative = text.len && text.ptr[0] == '-';
    int64_t value = 0;
    if (text.len == negative) return false;
    for (size_t at = negative; at < text.len; at++) {
        if (!is_digit(text.ptr[at])) return false;
        int digit = text.ptr[at] - '0';
        /* Downwards, because INT64_MIN has no counterpart. */
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_sub_overflow(value, digit, &value))
            return false;
    }
    if (!negative && value == INT64_MIN) return false;
    *ret = negative ? value : -value;
    return true;
}

#define EXPONENT_MAX INT64_C(1000000000000) /* far beyond what any text in memory can make up for */

/* The value of the exponent at text[at], 0 where there is none, at most EXPONENT_MAX in size. */
static int64_t read_exponent(sheaf_slice text, size_t at) {
    if (at == text.len) return 0;
    bool negative = text.ptr[++at] == '-';
    if (!is_digit(text.ptr[at])) at++;
    int64_t value = 0;
    for (; at < text.len && value < EXPONENT_MAX; at++) value = value * 10 + (text.ptr[at] - '0');
    if (value > EXPONENT_MAX) value = EXPONENT_MAX;
    return negative ? -value : value;
}

/* No double, and no number half way between two, has more than 767 significant digits (the smallest ones have
 * as many): any non-zero digits after that many can be one digit. */
#define SIGNIFICANT_MAX 768

/* digits × 10^exponent; the digits without leading zeros, and cut as said above. */
typedef struct digits {
    char text[SIGNIFICANT_MAX + 1];
    int count;
    int64_t exponent;
} digits;

static void read_digits(sheaf_slice text, digits *d) {
    bool fraction = false, more = false;
    size_t at = text.ptr[0] == '-';
    d->count = 0;
    d->exponent = 0;
    for (; at < text.len && (is_digit(text.ptr[at]) || text.ptr[at] == '.'); at++) {
        char c = text.ptr[at];
        if (c == '.') {
            fraction = true;
            continue;
        }
        bool keep = d->count < SIGNIFICANT_MAX;
        if (keep && (d->count || c != '0')) d->text[d->count++] = c;
        if (!keep) more |= c != '0';
        d->exponent += keep ? -(int)fraction : !fraction;
    }
    d->exponent += read_exponent(text, at);
    if (more) {
        d->text[d->count++] = '1';
        d->exponent--;
    }
}

/* Where digits and power of ten are doubles without error, one operation rounds once, so rightly. */
static bool exact_to_float(const digits *d, double *ret) {
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (FLT_EVAL_METHOD != 0 || d->count > 15 || d->exponent < -22 || d->exponent > 22) return false;
    uint64_t whole = 0;
    for (int i = 0; i < d->count; i++) whole = whole * 10 + (uint64_t)(d->text[i] - '0');
    *ret = d->exponent < 0 ? (double)whole / powers[-d->exponent] : (double)whole * powers[d->exponent];
    return true;
}

/* strtod reads digits and an exponent, without a point, the same in every locale. */
static double strtod_to_float(digits *d) {
    char text[SIGNIFICANT_MAX + NUMBER_TEXT_MAX];
    int64_t exponent = d->exponent;
    if (exponent > EXPONENT_MAX) exponent = EXPONENT_MAX;
    if (exponent < -EXPONENT_MAX) exponent = -EXPONENT_MAX;
    char *next = put_bytes(text, d->text, d->count);
    *next++ = 'e';
    next += number_from_int(next, exponent);
    *next = '\0';
    return strtod(text, NULL);
}

bool number_to_float(sheaf_slice text, double *ret) {
    digits d;
    double value = 0;
    if (!text.len || number_prefix(text) != text.len) return false;
    read_digits(text, &d);
    if (d.count && !exact_to_float(&d, &value)) value = strtod_to_float(&d);
    if (isinf(value)) return false;
    *ret = text.ptr[0] == '-' ? -value : value;
    return true;
}
