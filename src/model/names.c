#include "names.h"

#include "../base/utf8.h"

/* ---- number ---------------------------------------------------------------------------------------------*/

/* Of two lines with one singular the first is its plural. Listing a word also keeps its last 's'. */
static const struct {
    const char *singular, *plural;
} irregular[] = {
    {"person", "people"},
    {"man", "men"},
    {"woman", "women"},
    {"child", "children"},
    {"foot", "feet"},
    {"tooth", "teeth"},
    {"goose", "geese"},
    {"mouse", "mice"},
    {"ox", "oxen"},
    {"datum", "datums"},
    {"criterion", "criteria"},
    {"phenomenon", "phenomena"},
    {"index", "indexes"},
    {"index", "indices"},
    {"matrix", "matrices"},
    {"vertex", "vertices"},
    {"appendix", "appendices"},
    {"axis", "axes"},
    {"quiz", "quizzes"},
    {"leaf", "leaves"},
    {"life", "lives"},
    {"wife", "wives"},
    {"knife", "knives"},
    {"shelf", "shelves"},
    {"half", "halves"},
    {"wolf", "wolves"},
    {"thief", "thieves"},
    {"loaf", "loaves"},
    {"hero", "heroes"},
    {"echo", "echoes"},
    {"veto", "vetoes"},
    {"potato", "potatoes"},
    {"tomato", "tomatoes"},
    {"cargo", "cargoes"},
    {"movie", "movies"},
    {"cookie", "cookies"},
    {"zombie", "zombies"},
    {"selfie", "selfies"},
    {"calorie", "calories"},
    {"cache", "caches"},
    {"status", "statuses"},
    {"bonus", "bonuses"},
    {"virus", "viruses"},
    {"campus", "campuses"},
    {"census", "censuses"},
    {"bus", "buses"},
    {"alias", "aliases"},
    {"bias", "biases"},
    {"atlas", "atlases"},
    {"canvas", "canvases"},
    {"gas", "gases"},
    {"lens", "lenses"},
    {"analysis", "analyses"},
    {"diagnosis", "diagnoses"},
    {"crisis", "crises"},
    {"thesis", "theses"},
    {"hypothesis", "hypotheses"},
    {"synopsis", "synopses"},
    {"diabetes", "diabetes"},
    {"chassis", "chassis"},
    {"data", "data"},
    {"metadata", "metadata"},
    {"deer", "deer"},
    {"dns", "dns"},
    {"equipment", "equipment"},
    {"evidence", "evidence"},
    {"feedback", "feedback"},
    {"fish", "fish"},
    {"gps", "gps"},
    {"hardware", "hardware"},
    {"headquarters", "headquarters"},
    {"information", "information"},
    {"media", "media"},
    {"money", "money"},
    {"news", "news"},
    {"series", "series"},
    {"sheep", "sheep"},
    {"sms", "sms"},
    {"software", "software"},
    {"species", "species"},
    {"staff", "staff"},
    {"traffic", "traffic"},
    {"weather", "weather"},
};
enum { IRREGULAR_COUNT = sizeof irregular / sizeof *irregular };

/* The first ending that a word has is exchanged for the other. */
typedef struct ending {
    const char *from, *to;
} ending;

static const ending to_singular[] = {{"sses", "ss"}, {"shes", "sh"}, {"ches", "ch"},
                                     {"xes", "x"},   {"ies", "y"},   {"ss", "ss"},
                                     {"us", "us"},   {"is", "is"},   {"s", ""}};
static const ending to_plural[] = {{"ay", "ays"}, {"ey", "eys"},  {"oy", "oys"},  {"uy", "uys"},
                                   {"y", "ies"},  {"is", "es"},   {"s", "ses"},   {"x", "xes"},
                                   {"z", "zes"},  {"ch", "ches"}, {"sh", "shes"}, {"", "s"}};
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The words before the last one, with their '_', and the last one. */
static sheaf_slice split_last(sheaf_slice words, sheaf_slice *ret_last) {
    size_t at = words.len;
    while (at && words.ptr[at - 1] != '_') at--;
    *ret_last = (sheaf_slice){words.ptr + at, words.len - at};
    return (sheaf_slice){words.ptr, at};
}

static sheaf_slice joined(arena *a, sheaf_slice before, sheaf_slice stem, const char *end) {
    return arena_printf(a, "%.*s%.*s%s", SHEAF_SLICE_ARGS(before), SHEAF_SLICE_ARGS(stem), end);
}

static sheaf_slice exchange(arena *a, sheaf_slice before, sheaf_slice word, const ending *endings,
                            size_t count) {
    for (size_t i = 0; i < count; i++) {
        sheaf_slice from = slice_of(endings[i].from);
        if (!slice_ends_with(word, from)) continue;
        return joined(a, before, (sheaf_slice){word.ptr, word.len - from.len}, endings[i].to);
    }
    return joined(a, before, word, "");
}

sheaf_slice name_singular(arena *a, sheaf_slice words) {
    static const ending short_words[] = {{"ies", "ie"}}; /* ties, pies, lies */
    sheaf_slice last, before = split_last(words, &last);
    for (size_t i = 0; i < IRREGULAR_COUNT; i++)
        if (slice_is(last, irregular[i].singular)) return arena_copy(a, words);
    for (size_t i = 0; i < IRREGULAR_COUNT; i++)
        if (slice_is(last, irregular[i].plural))
            return joined(a, before, slice_of(irregular[i].singular), "");
    if (last.len < 3) return arena_copy(a, words); /* "os" */
    if (last.len == 4 && slice_ends_with(last, SHEAF_SLICE("ies")))
        return exchange(a, before, last, short_words, 1);
    return exchange(a, before, last, to_singular, COUNT(to_singular));
}

sheaf_slice name_plural(arena *a, sheaf_slice words) {
    sheaf_slice last, before = split_last(words, &last);
    for (size_t i = 0; i < IRREGULAR_COUNT; i++)
        if (slice_is(last, irregular[i].singular))
            return joined(a, before, slice_of(irregular[i].plural), "");
    return exchange(a, before, last, to_plural, COUNT(to_plural));
}

/* ---- characters -----------------------------------------------------------------------------------------*/

/* U+00C0 to U+017F without their marks; '_' is no letter. */
static const char latin[] = "AAAAAAACEEEEIIIIDNOOOOO_OUUUUYTsaaaaaaaceeeeiiiidnooooo_ouuuuyty"
                            "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlLlLlNnNnNnnNn"
                            "OoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";
_Static_assert(sizeof latin - 1 == 0x180 - 0xC0, "one for each character");

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Letters, digits and '_' only; of what is not UTF-8, '_'. */
static void put_ascii(buffer *b, sheaf_slice name) {
    while (name.len) {
        size_t len = utf8_length(name);
        uint32_t c = len ? utf8_decode(name.ptr, &len) : '_';
        if (c >= 0xC0 && c < 0x180) c = (unsigned char)latin[c - 0xC0];
        if (c < 0x80)
            buffer_byte(b, is_letter((char)c) || is_digit((char)c) ? (char)c : '_');
        else if (c < 0xC0)
            buffer_byte(b, '_'); /* signs and controls */
        else
            buffer_printf(b, "u%04x", c);
        if (!len) len = 1;
        name.ptr += len;
        name.len -= len;
    }
}

/* One '_' between words, none around them. */
static void put_joined(buffer *b, sheaf_slice words) {
    bool gap = false;
    for (size_t i = 0; i < words.len; i++) {
        if (words.ptr[i] == '_') {
            gap = b->len > 0;
            continue;
        }
        if (!b->len && is_digit(words.ptr[i])) buffer_byte(b, 'n');
        if (gap) buffer_byte(b, '_');
        gap = false;
        buffer_byte(b, words.ptr[i]);
    }
}

sheaf_slice name_words(arena *a, sheaf_slice name, const char *fallback) {
    sheaf_slice words = {NULL, 0};
    buffer ascii, clean;
    buffer_init(&ascii, a->allocator);
    buffer_init(&clean, a->allocator);
    put_ascii(&ascii, name);
    if (!ascii.failed) words = slice_snake_case(a, buffer_view(&ascii));
    if (words.ptr) put_joined(&clean, words);
    bool ok = words.ptr && !clean.failed;
    words = ok ? arena_copy(a, clean.len ? buffer_view(&clean) : slice_of(fallback)) : (sheaf_slice){NULL, 0};
    buffer_free(&ascii);
    buffer_free(&clean);
    return words;
}

sheaf_slice name_pascal(arena *a, sheaf_slice words) {
    sheaf_slice copy = arena_copy(a, words);
    char *out = (char *)copy.ptr;
    size_t len = 0;
    if (!out) return copy;
    for (size_t i = 0; i < words.len; i++) {
        char c = words.ptr[i];
        if (c == '_') continue;
        bool first = i == 0 || words.ptr[i - 1] == '_';
        out[len++] = first && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    out[len] = '\0';
    return (sheaf_slice){out, len};
}

/* ---- fields ---------------------------------------------------------------------------------------------*/

bool name_is_field(sheaf_slice name) {
    static const char *const words[] = {"and", "or", "not", "is_null"}; /* of conditions */
    for (size_t i = 0; i < name.len; i++)
        if (!is_letter(name.ptr[i]) && !(i && (is_digit(name.ptr[i]) || name.ptr[i] == '_'))) return false;
    for (size_t i = 0; i < COUNT(words); i++)
        if (slice_is(name, words[i])) return false;
    return name.len > 0;
}

sheaf_slice name_field(arena *a, sheaf_slice column) {
    if (name_is_field(column)) return arena_copy(a, column);
    sheaf_slice words = name_words(a, column, "column");
    return !words.ptr || name_is_field(words) ? words : joined(a, words, SHEAF_SLICE(""), "_");
}

sheaf_slice name_reference(arena *a, sheaf_slice column) {
    static const char *const ends[] = {"_id", "_fk", "_uuid", "_key", "id", "uuid"};
    sheaf_slice words = name_words(a, column, "column");
    for (size_t i = 0; words.ptr && i < COUNT(ends); i++) {
        sheaf_slice end = slice_of(ends[i]);
        bool whole = ends[i][0] != '_';
        if (whole ? !slice_equal(words, end) : !slice_ends_with(words, end)) continue;
        words.len -= end.len;
        return arena_copy(a, words);
    }
    return words;
}
