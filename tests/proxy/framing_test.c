#include <sheaf/types.h>

#include "framing.h"
#include "test.h"

/* The messages of `bytes`, given in one piece, as text: their types, '?' for what has none, with sizes. */
static const char *messages(framing *f, const char *bytes, size_t len) {
    static char out[256];
    size_t at = 0, end = 0;
    framing_message m;
    out[0] = '\0';
    while (at < len && framing_next(f, bytes + at, len - at, &m)) {
        end += (size_t)snprintf(out + end, sizeof out - end, "%c%d:%llu ", m.type ? m.type : '?', m.kind,
                                (unsigned long long)m.size);
        if (m.kind == FRAMING_OPAQUE) break;
        at += m.size;
    }
    if (at > len) snprintf(out + end, sizeof out - end, "%zu more", at - len);
    return out;
}
#define MESSAGES(f, literal) messages((f), "" literal, sizeof(literal) - 1)

#define STARTUP "\0\0\0\x0c\0\3\0\0abc\0"
#define SSL     "\0\0\0\x08\x04\xd2\x16\x2f"
#define GSS     "\0\0\0\x08\x04\xd2\x16\x30"

static void a_client(void **state) {
    (void)state;
    framing f;
    framing_init(&f, true);
    assert_string_equal(MESSAGES(&f, STARTUP "Q\0\0\0\x05!X\0\0\0\4"), "?1:12 Q0:6 X0:5 ");
    framing_init(&f, true);
    assert_string_equal(MESSAGES(&f, SSL GSS STARTUP "Q\0\0\0\4"), "?2:8 ?2:8 ?1:12 Q0:5 ");
    framing_init(&f, true);
    assert_string_equal(MESSAGES(&f, "\0\0\0\x10\x04\xd2\x16\x2e"
                                     "12345678"),
                        "?3:16 ");
}

static void a_server(void **state) {
    (void)state;
    framing f;
    framing_init(&f, false);
    assert_string_equal(MESSAGES(&f, "R\0\0\0\x08\0\0\0\0Z\0\0\0\5I"), "R0:9 Z0:6 ");
    assert_string_equal(MESSAGES(&f, "D\0\0\1\0body"), "D0:257 248 more");
}

static void ask_for_encryption(framing *client, framing *server, const char *answer) {
    framing_message m;
    framing_init(client, true);
    framing_init(server, false);
    assert_true(framing_next(client, SSL, 8, &m));
    framing_hear(server, &m);
    assert_true(framing_next(server, answer, 1, &m));
    assert_int_equal(m.kind, FRAMING_ANSWER);
    framing_hear(client, &m);
}

static void an_answer_of_one_byte(void **state) {
    (void)state;
    framing client, server;
    ask_for_encryption(&client, &server, "N");
    assert_string_equal(MESSAGES(&client, STARTUP), "?1:12 ");
    assert_string_equal(MESSAGES(&server, "N\0\0\0\4"), "N0:5 "); /* a notice, now */
}

static void an_error_instead_of_the_byte(void **state) {
    (void)state;
    framing server;
    framing_init(&server, false);
    framing_hear(&server, &(framing_message){.kind = FRAMING_WISH});
    assert_string_equal(MESSAGES(&server, "E\0\0\0\5\0"), "E0:6 ");
}

static void encryption_hides_all_that_follows(void **state) {
    (void)state;
    framing client, server;
    framing_message m;
    ask_for_encryption(&client, &server, "S");
    for (int i = 0; i < 2; i++) {
        assert_true(framing_next(i ? &client : &server, STARTUP, 1, &m));
        assert_int_equal(m.kind, FRAMING_OPAQUE);
        assert_true(m.size == UINT64_MAX);
    }
}

/* A head in pieces is told once it is whole, and nothing is remembered before. */
static void heads_in_pieces(void **state) {
    (void)state;
    static const char typed[] = "Q\0\0\0\7..";
    framing f;
    framing_message m;
    framing_init(&f, true);
    for (size_t len = 0; len < FRAMING_HEAD_MAX; len++) assert_false(framing_next(&f, STARTUP, len, &m));
    assert_true(framing_next(&f, STARTUP, FRAMING_HEAD_MAX, &m));
    assert_int_equal(m.size, 12);
    for (size_t len = 0; len < 5; len++) assert_false(framing_next(&f, typed, len, &m));
    assert_true(framing_next(&f, typed, 5, &m));
    assert_int_equal(m.size, 8);
}

static void what_cannot_be_a_message(void **state) {
    (void)state;
    framing f;
    framing_init(&f, true);
    assert_string_equal(MESSAGES(&f, "\0\0\0\7\0\3\0\0"),
                        "?5:18446744073709551615 "); /* shorter than itself */
    framing_init(&f, true);
    assert_string_equal(MESSAGES(&f, "GET / HTTP/1.1\r\n"), "?5:18446744073709551615 ");
    framing_init(&f, false);
    assert_string_equal(MESSAGES(&f, "Z\0\0\0\3I"), "?5:18446744073709551615 ");
    framing_init(&f, false);
    assert_string_equal(MESSAGES(&f, "Z\xff\xff\xff\xff"), "?5:18446744073709551615 ");
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client),
        cmocka_unit_test(a_server),
        cmocka_unit_test(an_answer_of_one_byte),
        cmocka_unit_test(an_error_instead_of_the_byte),
        cmocka_unit_test(encryption_hides_all_that_follows),
        cmocka_unit_test(heads_in_pieces),
        cmocka_unit_test(what_cannot_be_a_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
