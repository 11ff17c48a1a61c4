#include "record.h"

#include "test.h"

static void values_stand_alone(void **state) {
    (void)state;
    sql_output outputs[] = {
        {.scalar = SHEAF_BIGINT}, {.scalar = SHEAF_STRING}, {.text_key = true}, {.scalar = SHEAF_FLOAT}};
    uint64_t record[16];
    uint32_t end = sql_place_all(outputs, 4, 8);
    assert_in_range(end, 8 + 4 * sizeof(uint64_t) + 2 * sizeof(int64_t) + 2 * sizeof(sheaf_slice),
                    sizeof record);
    memset(record, 0, sizeof record);
    const sheaf_value values[] = {{.kind = SHEAF_KIND_INT, .i = -7},
                                  {.kind = SHEAF_KIND_TEXT, .text = SHEAF_SLICE("one")},
                                  {.kind = SHEAF_KIND_TEXT, .text = SHEAF_SLICE("")},
                                  {.kind = SHEAF_KIND_FLOAT, .f = 0.5}};
    for (size_t i = 0; i < 4; i++) sql_put_value(record, &outputs[i].place, &values[i]);
    assert_int_equal(record[0], 0); /* what lies before is another's */
    assert_int_equal(sql_value(record, &outputs[0]).i, -7);
    assert_slice(sql_value(record, &outputs[1]).text, "one");
    assert_slice(sql_value(record, &outputs[2]).text, "");
    assert_int_equal(sql_value(record, &outputs[3]).kind, SHEAF_KIND_FLOAT);
    assert_true(sql_value(record, &outputs[3]).f == 0.5);
}

/* The record is used for row after row: NULL leaves nothing of what was there, and is not left behind. */
static void null_comes_and_goes(void **state) {
    (void)state;
    static const sheaf_value null = {.kind = SHEAF_KIND_NULL};
    struct {
        uint64_t nulls;
        int64_t number, next;
        sheaf_slice text;
        int64_t last;
    } record = {.nulls = 2, .next = 11, .last = 22};
    const sql_place number = {.at = 8, .null_bit = 1}, text = {.at = 24, .null_bit = 4, .is_text = true};
    for (int round = 0; round < 2; round++) {
        sql_put_int(&record, &number, 5);
        sql_put_text(&record, &text, SHEAF_SLICE("word"));
        assert_int_equal(record.nulls, 2);
        sql_put_value(&record, &number, &null);
        sql_put_null(&record, &text);
        assert_int_equal(record.nulls, 7);
        assert_true(sql_is_null(&record, &number) && sql_is_null(&record, &text));
        assert_int_equal(record.number, 0);
        assert_null(record.text.ptr);
        assert_int_equal(record.text.len, 0);
    }
    assert_int_equal(record.next, 11);
    assert_int_equal(record.last, 22);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(values_stand_alone),
                                       cmocka_unit_test(null_comes_and_goes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
