#include "utf8.h"

#define ASCII_MASK UINT64_C(0x8080808080808080)

static bool follows(uint8_t byte) {
    return (byte & 0xC0) == 0x80;
}

size_t utf8_length(sheaf_slice text) {
    const uint8_t *p = (const uint8_t *)text.ptr;
    if (text.len == 0) return 0;
    if (p[0] < 0x80) return 1;
    if (p[0] < 0xC2 || text.len < 2 || !follows(p[1])) return 0;
    if (p[0] < 0xE0) return 2;
    if (p[0] == 0xE0 && p[1] < 0xA0) return 0;  /* overlong */
    if (p[0] == 0xED && p[1] >= 0xA0) return 0; /* surrogates */
    if (text.len < 3 || !follows(p[2])) return 0;
    if (p[0] < 0xF0) return 3;
    if (p[0] == 0xF0 && p[1] < 0x90) return 0;  /* overlong */
    if (p[0] == 0xF4 && p[1] >= 0x90) return 0; /* above U+10FFFF */
    return p[0] < 0xF5 && text.len >= 4 && follows(p[3]) ? 4 : 0;
}

size_t utf8_valid_prefix(sheaf_slice text) {
    size_t at = 0;
    while (at < text.len) {
        uint64_t word;
        if (text.len - at >= sizeof word) {
            memcpy(&word, text.ptr + at, sizeof word);
            if (!(word & ASCII_MASK)) {
                at += sizeof word;
                continue;
            }
        }
        size_t len = utf8_length((sheaf_slice){text.ptr + at, text.len - at});
        if (!len) break;
        at += len;
    }
    return at;
}

uint32_t utf8_decode(const char *at, size_t *ret_len) {
    const uint8_t *p = (const uint8_t *)at;
    *ret_len = p[0] < 0x80 ? 1 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    uint32_t c = *ret_len == 1 ? p[0] : p[0] & (0x7Fu >> *ret_len);
    for (size_t i = 1; i < *ret_len; i++) c = c << 6 | (p[i] & 0x3F);
    return c;
}

void utf8_append(buffer *b, uint32_t c) {
    if (c < 0x80) {
        buffer_byte(b, (char)c);
        return;
    }
    int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    buffer_byte(b, (char)((0xFF00u >> (more + 1) & 0xFF) | c >> 6 * more));
    while (more--) buffer_byte(b, (char)(0x80 | (c >> 6 * more & 0x3F)));
}

typedef struct range {
    uint32_t first, last;
} range;

/* Unicode's nonspacing marks of the common scripts, joiners and variation selectors; in order. */
static const range zero_width[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD},   {0x05BF, 0x05BF}, {0x05C1, 0x05C2},
    {0x05C4, 0x05C5}, {0x05C7, 0x05C7}, {0x0610, 0x061A},   {0x064B, 0x065F}, {0x0670, 0x0670},
    {0x06D6, 0x06DC}, {0x06DF, 0x06E4}, {0x06E7, 0x06E8},   {0x06EA, 0x06ED}, {0x0730, 0x074A},
    {0x07A6, 0x07B0}, {0x0900, 0x0902}, {0x093A, 0x093A},   {0x093C, 0x093C}, {0x0941, 0x0948},
    {0x094D, 0x094D}, {0x0951, 0x0957}, {0x0962, 0x0963},   {0x0981, 0x0981}, {0x09BC, 0x09BC},
    {0x09C1, 0x09C4}, {0x09CD, 0x09CD}, {0x0A41, 0x0A4D},   {0x0AC1, 0x0AC8}, {0x0ACD, 0x0ACD},
    {0x0BCD, 0x0BCD}, {0x0E31, 0x0E31}, {0x0E34, 0x0E3A},   {0x0E47, 0x0E4E}, {0x0EB1, 0x0EB1},
    {0x0EB4, 0x0EBC}, {0x0EC8, 0x0ECD}, {0x102D, 0x1030},   {0x1AB0, 0x1ACE}, {0x1DC0, 0x1DFF},
    {0x200B, 0x200F}, {0x20D0, 0x20F0}, {0x302A, 0x302D},   {0x3099, 0x309A}, {0xFE00, 0xFE0F},
    {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF},
};

/* Unicode's East Asian Width W and F, gaps of unassigned characters closed; in order. */
static const range double_width[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23EC},   {0x23F0, 0x23F0},
    {0x23F3, 0x23F3},   {0x25FD, 0x25FE},   {0x2614, 0x2615},   {0x2648, 0x2653},   {0x267F, 0x267F},
    {0x2693, 0x2693},   {0x26A1, 0x26A1},   {0x26AA, 0x26AB},   {0x26BD, 0x26BE},   {0x26C4, 0x26C5},
    {0x26CE, 0x26CE},   {0x26D4, 0x26D4},   {0x26EA, 0x26EA},   {0x26F2, 0x26F3},   {0x26F5, 0x26F5},
    {0x26FA, 0x26FA},   {0x26FD, 0x26FD},   {0x2705, 0x2705},   {0x270A, 0x270B},   {0x2728, 0x2728},
    {0x274C, 0x274C},   {0x274E, 0x274E},   {0x2753, 0x2755},   {0x2757, 0x2757},   {0x2795, 0x2797},
    {0x27B0, 0x27B0},   {0x27BF, 0x27BF},   {0x2B1B, 0x2B1C},   {0x2B50, 0x2B50},   {0x2B55, 0x2B55},
    {0x2E80, 0x303E},   {0x3041, 0x3247},   {0x3250, 0x4DBF},   {0x4E00, 0xA4C6},   {0xA960, 0xA97C},
    {0xAC00, 0xD7A3},   {0xF900, 0xFAD9},   {0xFE10, 0xFE19},   {0xFE30, 0xFE6B},   {0xFF01, 0xFF60},
    {0xFFE0, 0xFFE6},   {0x16FE0, 0x1B2FB}, {0x1F004, 0x1F004}, {0x1F0CF, 0x1F0CF}, {0x1F18E, 0x1F18E},
    {0x1F191, 0x1F19A}, {0x1F200, 0x1F320}, {0x1F32D, 0x1F335}, {0x1F337, 0x1F37C}, {0x1F37E, 0x1F393},
    {0x1F3A0, 0x1F3CA}, {0x1F3CF, 0x1F3D3}, {0x1F3E0, 0x1F3F0}, {0x1F3F4, 0x1F3F4}, {0x1F3F8, 0x1F43E},
    {0x1F440, 0x1F440}, {0x1F442, 0x1F4FC}, {0x1F4FF, 0x1F53D}, {0x1F54B, 0x1F54E}, {0x1F550, 0x1F567},
    {0x1F57A, 0x1F57A}, {0x1F595, 0x1F596}, {0x1F5A4, 0x1F5A4}, {0x1F5FB, 0x1F64F}, {0x1F680, 0x1F6C5},
    {0x1F6CC, 0x1F6CC}, {0x1F6D0, 0x1F6D2}, {0x1F6D5, 0x1F6DF}, {0x1F6EB, 0x1F6EC}, {0x1F6F4, 0x1F6FC},
    {0x1F7E0, 0x1F7F0}, {0x1F90C, 0x1F93A}, {0x1F93C, 0x1F945}, {0x1F947, 0x1F9FF}, {0x1FA70, 0x1FAF6},
    {0x20000, 0x3134A},
};

static bool within(const range *ranges, size_t count, uint32_t c) {
    size_t low = 0;
    while (low < count) {
        size_t middle = low + (count - low) / 2;
        if (c > ranges[middle].last)
            low = middle + 1;
        else if (c < ranges[middle].first)
            count = middle;
        else
            return true;
    }
    return false;
}
#define WITHIN(ranges, c) within(ranges, sizeof(ranges) / sizeof *(ranges), c)

size_t utf8_width(sheaf_slice text) {
    size_t width = 0, at = 0;
    while (at < text.len) {
        size_t len = utf8_length((sheaf_slice){text.ptr + at, text.len - at});
        uint32_t c = len ? utf8_decode(text.ptr + at, &len) : 0;
        at += len ? len : 1;
        /* A character of two columns comes after U+0300 too, so most text needs no search. */
        if (c < zero_width[0].first)
            width += 1;
        else if (WITHIN(double_width, c))
            width += 2;
        else
            width += !WITHIN(zero_width, c);
    }
    return width;
}

static const char base64_letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void encode(buffer *b, sheaf_slice bytes, bool url) {
    for (size_t at = 0; at < bytes.len; at += 3) {
        size_t count = bytes.len - at < 3 ? bytes.len - at : 3;
        uint32_t group = 0;
        for (size_t i = 0; i < 3; i++) group = group << 8 | (i < count ? (uint8_t)bytes.ptr[at + i] : 0);
        char out[4];
        for (size_t i = 0; i < 4; i++) {
            char c = base64_letters[group >> (18 - 6 * i) & 0x3F];
            out[i] = i > count ? '=' : url && c == '+' ? '-' : url && c == '/' ? '_' : c;
        }
        buffer_bytes(b, out, url ? count + 1 : 4);
    }
}

void base64_append(buffer *b, sheaf_slice bytes) {
    encode(b, bytes, false);
}

void base64_url_append(buffer *b, sheaf_slice bytes) {
    encode(b, bytes, true);
}

static int sextet(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

bool base64_decode(buffer *b, sheaf_slice text) {
    if (text.len % 4 == 0)
        for (int i = 0; i < 2 && text.len && text.ptr[text.len - 1] == '='; i++) text.len--;
    if (text.len % 4 == 1) return false;
    uint32_t bits = 0;
    for (size_t i = 0; i < text.len; i++) {
        int value = sextet(text.ptr[i]);
        if (value < 0) return false;
        bits = bits << 6 | (uint32_t)value;
        if (i % 4) buffer_byte(b, (char)(bits >> (6 - 2 * (i % 4)) & 0xFF));
    }
    /* Bits that no byte takes must be zero, so that each value has one text. */
    unsigned unused = text.len % 4 == 2 ? 0xF : text.len % 4 == 3 ? 3 : 0;
    return !(bits & unused) && !b->failed;
}
