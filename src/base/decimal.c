#include "number.h"

#define EXPONENT_DIGITS 9

typedef enum decimal_class { NEGATIVE_INFINITY, FINITE, INFINITE, NOT_A_NUMBER } decimal_class;

typedef struct decimal {
    decimal_class class;
    int sign;           /* 0 for zero */
    int64_t magnitude;  /* the power of ten of the first significant digit */
    sheaf_slice digits; /* from that digit on; a point may stand among them */
} decimal;

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool take(sheaf_slice *text, char c) {
    if (!text->len || *text->ptr != c) return false;
    text->ptr++;
    text->len--;
    return true;
}

static sheaf_slice take_digits(sheaf_slice *text) {
    sheaf_slice digits = {text->ptr, 0};
    while (digits.len < text->len && is_digit(text->ptr[digits.len])) digits.len++;
    text->ptr += digits.len;
    text->len -= digits.len;
    return digits;
}

static bool take_exponent(sheaf_slice *text, int64_t *ret) {
    *ret = 0;
    if (!take(text, 'e') && !take(text, 'E')) return true;
    bool negative = take(text, '-');
    if (!negative) take(text, '+');
    sheaf_slice digits = take_digits(text);
    if (!digits.len || digits.len > EXPONENT_DIGITS) return false;
    for (size_t i = 0; i < digits.len; i++) *ret = *ret * 10 + (digits.ptr[i] - '0');
    if (negative) *ret = -*ret;
    return true;
}

static bool same(sheaf_slice a, const char *b) {
    return a.len == strlen(b) && memcmp(a.ptr, b, a.len) == 0;
}

static bool parse(sheaf_slice text, decimal *ret) {
    *ret = (decimal){.class = FINITE, .sign = 1};
    if (same(text, "NaN")) ret->class = NOT_A_NUMBER;
    if (same(text, "Infinity")) ret->class = INFINITE;
    if (same(text, "-Infinity")) ret->class = NEGATIVE_INFINITY;
    if (ret->class != FINITE) return true;

    if (take(&text, '-'))
        ret->sign = -1;
    else
        take(&text, '+');
    sheaf_slice all = text, whole = take_digits(&text), fraction = {NULL, 0};
    if (take(&text, '.')) fraction = take_digits(&text);
    all.len -= text.len;
    if (!whole.len && !fraction.len) return false;
    int64_t exponent;
    if (!take_exponent(&text, &exponent) || text.len) return false;

    ret->magnitude = exponent + (int64_t)whole.len - 1;
    while (take(&all, '0') || take(&all, '.')) {
        if (all.ptr[-1] == '0') ret->magnitude--;
    }
    if (!all.len) ret->sign = 0;
    ret->digits = all;
    return true;
}

bool decimal_valid(sheaf_slice text) {
    decimal d;
    return text.len && parse(text, &d);
}

/* The next digit; zeros follow without end. */
static char next_digit(sheaf_slice *digits) {
    take(digits, '.');
    if (!digits->len) return '0';
    digits->len--;
    return *digits->ptr++;
}

static int order(int64_t a, int64_t b) {
    return (a > b) - (a < b);
}

int decimal_compare(sheaf_slice a, sheaf_slice b) {
    decimal x, y;
    if (!parse(a, &x) || !parse(b, &y)) return 0;
    if (x.class != y.class || x.class != FINITE) return order(x.class, y.class);
    if (x.sign != y.sign || !x.sign) return order(x.sign, y.sign);
    if (x.magnitude != y.magnitude) return x.sign * order(x.magnitude, y.magnitude);
    while (x.digits.len || y.digits.len) {
        int step = order(next_digit(&x.digits), next_digit(&y.digits));
        if (step) return x.sign * step;
    }
    return 0;
}
