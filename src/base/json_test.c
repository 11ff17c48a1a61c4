#include "json.h"
#include "test.h"

static sheaf_slice of(const char *text) {
    return (sheaf_slice){text, strlen(text)};
}

static void strings(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"", "\"\""},
        {"plain", "\"plain\""},
        {"a\"b\\c/d", "\"a\\\"b\\\\c/d\""},
        {"\b\f\n\r\t\x01\x1f\x7f", "\"\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\""},
        {"\u00e9\u20ac\U0001F600 after", "\"\u00e9\u20ac\U0001F600 after\""},
        {"a long text without anything to escape in it", "\"a long text without anything to escape in it\""},
        {"a long text, then\na line", "\"a long text, then\\na line\""}};
    buffer b;
    size_t at;
    buffer_init(&b, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buffer_clear(&b);
        assert_true(json_string(&b, of(cases[i][0]), &at));
        assert_slice(buffer_view(&b), cases[i][1]);
    }
    buffer_clear(&b);
    assert_true(json_string(&b, SHEAF_SLICE("a\0b"), &at));
    assert_slice(buffer_view(&b), "\"a\\u0000b\"");
    buffer_clear(&b);
    assert_true(json_string(&b, (sheaf_slice){NULL, 0}, &at));
    assert_slice(buffer_view(&b), "\"\"");
    buffer_free(&b);
}

/* Each byte at each place of the eight that are looked at together. */
static void strings_by_byte(void **state) {
    (void)state;
    buffer b;
    buffer_init(&b, NULL);
    for (int byte = 0; byte < 256; byte++)
        for (size_t place = 0; place < 17; place++) {
            char text[24];
            size_t at = 99;
            memset(text, '~', sizeof text);
            text[place] = (char)byte;
            buffer_clear(&b);
            bool plain = byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
            assert_int_equal(json_string(&b, (sheaf_slice){text, sizeof text}, &at), byte < 0x80);
            assert_int_equal(at, byte < 0x80 ? 99 : place);
            if (plain) assert_int_equal(b.len, sizeof text + 2);
            if (byte >= 0x80) continue;
            json_reader r; /* and what was written reads back */
            json_reader_init(&r, buffer_view(&b), NULL);
            assert_int_equal(json_next(&r), JSON_STRING);
            assert_int_equal(r.text.len, sizeof text);
            assert_memory_equal(r.text.ptr, text, sizeof text);
            assert_int_equal(json_next(&r), JSON_END);
            json_reader_free(&r);
        }
    buffer_free(&b);
}

/* Texts that are not JSON, with where. */
static const struct {
    const char *text;
    size_t at;
} bad[] = {{"", 0},
           {"  ", 2},
           {"nul", 3},
           {"nulL", 3},
           {"nullx", 4},
           {"1 2", 2},
           {"[1,]", 3},
           {"[,1]", 1},
           {"[1 2]", 3},
           {"[1,2", 4},
           {"[1}", 2},
           {"{1:2}", 1},
           {"{\"a\"}", 4},
           {"{\"a\":}", 5},
           {"{\"a\" 1}", 5},
           {"{\"a\":1,}", 7},
           {"{\"a\":1]", 6},
           {"{,}", 1},
           {"{]", 1},
           {"[}", 1},
           {"]", 0},
           {"}", 0},
           {":", 0},
           {"01", 1},
           {"-", 0},
           {"+1", 0},
           {".5", 0},
           {"1.", 1},
           {"1e", 1},
           {"NaN", 0},
           {"'a'", 0},
           {"\"a", 2},
           {"\"a\nb\"", 2},
           {"\"\\x\"", 1},
           {"\"\\u12g4\"", 1},
           {"\"\\u12", 1},
           {"\"\\", 1},
           {"\"\xFF\"", 1},
           {"\"\xED\xA0\x80\"", 1},
           {"\xEF\xBB\xBF{}", 0},
           {"[1]]", 3},
           {"{} //", 3},
           {"[\"a\":1]", 4},
           {"\"a\":1", 3}};

static void refused(void **state) {
    (void)state;
    buffer b;
    buffer_init(&b, NULL);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        size_t at = 999;
        if (json_compact(&b, of(bad[i].text), &at)) fail_msg("'%s' is not JSON", bad[i].text);
        if (at != bad[i].at) fail_msg("'%s' fails at %zu, not at %zu", bad[i].text, bad[i].at, at);
        json_reader r;
        json_reader_init(&r, of(bad[i].text), NULL);
        json_token token;
        int steps = 0;
        while ((token = json_next(&r)) > JSON_BAD) assert_true(steps++ < 20);
        assert_int_equal(token, JSON_BAD);
        assert_int_equal(r.at, bad[i].at);
        assert_int_equal(json_next(&r), JSON_BAD);
        json_reader_free(&r);
    }
    size_t at;
    assert_false(json_compact(&b, (sheaf_slice){NULL, 0}, &at));
    assert_false(json_compact(&b, SHEAF_SLICE("[1\0]"), &at));
    buffer_free(&b);
}

static void compacts(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {" null ", "null"},
        {"true", "true"},
        {"\tfalse\r\n", "false"},
        {" -0.50E+07 ", "-0.50E+07"},
        {"[ ]", "[]"},
        {"{ }", "{}"},
        {"[ 1 , [ ] , { } , \"a b\" , null ]", "[1,[],{},\"a b\",null]"},
        {"{ \"a\" : { \"b\" : [ true , false ] } , \"c\\u00e9\\ud800\" : \" \\\" \" }",
         "{\"a\":{\"b\":[true,false]},\"c\\u00e9\\ud800\":\" \\\" \"}"},
        {"{\"a\":1,\"a\":2}", "{\"a\":1,\"a\":2}"},
        {"\"\u20ac\"", "\"\u20ac\""}};
    buffer b;
    size_t at;
    buffer_init(&b, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int side = 0; side < 2; side++) { /* what is compact stays as it is */
            buffer_clear(&b);
            assert_true(json_compact(&b, of(cases[i][side]), &at));
            assert_slice(buffer_view(&b), cases[i][1]);
        }
    buffer_free(&b);
}

static void depth(void **state) {
    (void)state;
    buffer in, out;
    size_t at;
    buffer_init(&in, NULL);
    buffer_init(&out, NULL);
    for (int levels = 510; levels <= 514; levels++) {
        buffer_clear(&in);
        buffer_clear(&out);
        for (int i = 0; i < levels; i++) buffer_cstr(&in, i % 3 ? "[" : "{\"k\":");
        buffer_byte(&in, '1');
        for (int i = levels; i-- > 0;) buffer_byte(&in, i % 3 ? ']' : '}');
        assert_int_equal(json_compact(&out, buffer_view(&in), &at), levels <= 512);
        if (levels <= 512) assert_memory_equal(in.ptr, out.ptr, in.len);
    }
    buffer_clear(&in);
    for (int i = 0; i < 1000000; i++) buffer_byte(&in, '[');
    assert_false(json_compact(&out, buffer_view(&in), &at));
    assert_int_equal(at, 512);
    buffer_free(&in);
    buffer_free(&out);
}

static void reads(void **state) {
    (void)state;
    json_reader r;
    json_reader_init(&r,
                     SHEAF_SLICE(" {\"limit\": 20, \"n\\u0061me\": \"d\\u00E9b\\n\\ud83d\\ude00\\/\", "
                                 "\"ids\":[1.5,null,[true,false]],"
                                 "\"o\":{}} "),
                     NULL);
    assert_int_equal(json_next(&r), JSON_OBJECT_OPEN);
    assert_int_equal(json_next(&r), JSON_STRING);
    assert_true(r.is_key);
    assert_slice(r.text, "limit");
    assert_int_equal(json_next(&r), JSON_NUMBER);
    assert_false(r.is_key);
    assert_slice(r.text, "20");
    assert_int_equal(json_next(&r), JSON_STRING);
    assert_true(r.is_key);
    assert_slice(r.text, "name");
    assert_int_equal(json_next(&r), JSON_STRING);
    assert_false(r.is_key);
    assert_slice(r.text, "d\u00e9b\n\U0001F600/");
    assert_int_equal(json_next(&r), JSON_STRING);
    assert_int_equal(json_next(&r), JSON_ARRAY_OPEN);
    assert_int_equal(json_next(&r), JSON_NUMBER);
    assert_slice(r.text, "1.5");
    assert_int_equal(json_next(&r), JSON_NULL);
    assert_int_equal(json_next(&r), JSON_ARRAY_OPEN);
    assert_int_equal(json_next(&r), JSON_TRUE);
    assert_int_equal(json_next(&r), JSON_FALSE);
    assert_int_equal(json_next(&r), JSON_ARRAY_CLOSE);
    assert_int_equal(json_next(&r), JSON_ARRAY_CLOSE);
    assert_int_equal(json_next(&r), JSON_STRING);
    assert_true(r.is_key);
    assert_int_equal(json_next(&r), JSON_OBJECT_OPEN);
    assert_int_equal(json_next(&r), JSON_OBJECT_CLOSE);
    assert_int_equal(json_next(&r), JSON_OBJECT_CLOSE);
    assert_int_equal(json_next(&r), JSON_END);
    assert_int_equal(json_next(&r), JSON_END);
    json_reader_free(&r);
}

static void escapes(void **state) {
    (void)state;
    static const char *const lone[] = {"\"\\ud800\"", "\"\\udc00\"", "\"a\\ud800\\u0041\"", "\"\\ud800\\n\"",
                                       "\"\\ud800\\ud800\""};
    json_reader r;
    size_t at;
    buffer b;
    buffer_init(&b, NULL);
    for (size_t i = 0; i < sizeof lone / sizeof *lone; i++) {
        json_reader_init(&r, of(lone[i]), NULL);
        assert_int_equal(json_next(&r), JSON_BAD); /* no text can hold it */
        assert_int_equal(r.at, lone[i][1] == 'a' ? 2 : 1);
        assert_int_equal(json_next(&r), JSON_BAD);
        json_reader_free(&r);
        assert_true(json_compact(&b, of(lone[i]), &at)); /* but it is JSON */
    }
    json_reader_init(&r, SHEAF_SLICE("\"\\u0000\\\"\\\\\\b\\f\\r\\t\""), NULL);
    assert_int_equal(json_next(&r), JSON_STRING);
    assert_slice_literal(r.text, "\0\"\\\b\f\r\t");
    json_reader_free(&r);
    buffer_free(&b);
}

/* Whatever the bytes, reading ends, inside the text, and both ways agree on what is JSON. */
static void noise(void **state) {
    (void)state;
    static const char *const parts[] = {"{", "}",    "[", "]",  ":",  ",",    "\"a\"",
                                        "1", "null", " ", "\"", "\\", "true", "-"};
    uint64_t seed = 3;
    buffer in, out;
    buffer_init(&in, NULL);
    buffer_init(&out, NULL);
    for (int round = 0; round < 100000; round++) {
        buffer_clear(&in);
        buffer_clear(&out);
        for (int i = 0; i < 8; i++) {
            seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
            buffer_cstr(&in, parts[(seed >> 40) % 12 + (round % 4 == 0) * 2]);
        }
        size_t at = 0;
        bool compact = json_compact(&out, buffer_view(&in), &at);
        assert_true(at <= in.len);
        json_reader r;
        json_token token;
        json_reader_init(&r, buffer_view(&in), NULL);
        while ((token = json_next(&r)) > JSON_BAD) assert_true(r.at <= in.len);
        assert_int_equal(token == JSON_END, compact);
        json_reader_free(&r);
    }
    buffer_free(&in);
    buffer_free(&out);
}

static void failing(void **state) {
    (void)state;
    test_memory m = {0};
    while (test_memory_next(&m)) {
        buffer b;
        size_t at;
        json_reader r;
        sheaf_slice text = SHEAF_SLICE(
            "[\"a long \\n text with \\u00e9 escapes, longer than the first room of a buffer\",\"\\t\"]");
        buffer_init(&b, &m.allocator);
        json_reader_init(&r, text, &m.allocator);
        bool ok = json_compact(&b, text, &at) && json_string(&b, text, &at);
        assert_true(ok); /* lack of memory is the buffer's to tell */
        json_token token;
        while ((token = json_next(&r)) > JSON_BAD) continue;
        assert_int_equal(token == JSON_BAD, r.unescaped.failed);
        assert_int_equal(b.failed || r.unescaped.failed, m.failed);
        json_reader_free(&r);
        buffer_free(&b);
        assert_true(test_memory_clean(&m));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings),  cmocka_unit_test(strings_by_byte), cmocka_unit_test(refused),
        cmocka_unit_test(compacts), cmocka_unit_test(depth),           cmocka_unit_test(reads),
        cmocka_unit_test(escapes),  cmocka_unit_test(noise),           cmocka_unit_test(failing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
