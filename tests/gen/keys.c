/* Keys of other kinds, over the hostile model: text, several columns, references in keys; compiled as C with
 * --text-id Tag, and again (-DNUMBERS) with a header that takes the IDs of tags for numbers. Prints what it
 * read. */
#include "hostile_model.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static sheaf_error err;

static void must(bool ok) {
    if (ok) return;
    fprintf(stderr, "%s\n", err.message);
    exit(1);
}

#ifdef NUMBERS
static void read(sheaf_context *page) {
    tags *all = tags_search(page, tag_all());
    must(sheaf_realise(page, &err));
    tag_id_field id;
    if (!tags_id_field(all, &id, &err)) printf("refused %s\n", err.message);
}
#else
static void read(sheaf_context *page) {
    const sheaf_slice names[] = {SHEAF_SLICE("b"), SHEAF_SLICE("nothing"), SHEAF_SLICE("a")};
    const upload_key parts[] = {{SHEAF_SLICE("a"), 1, 2}, {SHEAF_SLICE("b"), 1, 1}, {SHEAF_SLICE("a"), 9, 9}};
    tags *by_text = tags_of_keys(page, names, 3);
    uploads *by_parts = uploads_of_keys(page, parts, 3);
    uploads *next = uploads_next(by_parts);
    links *tagged = links_search(page, link_tag_in(names, 3));
    links *by_filter = links_search_with(
        page, &(links_search_options){.where = link_has_tag(tag_or(tag_id_eq("a"), tag_id_gt("x"))),
                                      .order = {{LINK_BY_MAX, SHEAF_DESC}}});
    int_ *classes = links_class(tagged);
    uploads_need(by_parts, UPLOAD_NOTE, UPLOAD_NUMBER);
    uploads_need(next, UPLOAD_NOTE);
    links_need(by_filter, LINK_MAX_);
    int_need(classes, CLASS_INT, CLASS_NULL3, CLASS_STDIN, CLASS_ERRNO, CLASS_TRUE);
    must(sheaf_realise(page, &err));

    tag_id_field id;
    upload_note_field note, next_note;
    link_max_field max;
    class_Null_field text;
    class_stdin_field yes;
    class_errno_field number;
    class_true_field decimal;
    must(tags_id_field(by_text, &id, &err) && uploads_note_field(by_parts, &note, &err) &&
         uploads_note_field(next, &next_note, &err) && links_max_field(by_filter, &max, &err) &&
         int_Null_field(classes, &text, &err) && int_stdin_field(classes, &yes, &err) &&
         int_errno_field(classes, &number, &err) && int_true_field(classes, &decimal, &err));
    size_t count;
    const tag *const *tag_rows = tags_rows(by_text, &count);
    for (size_t i = 0; i < count; i++) {
        sheaf_slice name;
        if (tag_id(tag_rows[i], &id, &name) == SHEAF_VALUE) printf("tag %.*s\n", SHEAF_SLICE_ARGS(name));
    }
    const upload *const *upload_rows = uploads_rows(by_parts, &count);
    for (size_t i = 0; i < count; i++) {
        const upload *after;
        sheaf_slice first, second = SHEAF_SLICE("-");
        must(upload_next(upload_rows[i], next, &after, &err));
        if (after && upload_note(after, &next_note, &second) != SHEAF_VALUE) exit(1);
        if (upload_note(upload_rows[i], &note, &first) == SHEAF_VALUE)
            printf("upload %.*s %.*s\n", SHEAF_SLICE_ARGS(first), SHEAF_SLICE_ARGS(second));
    }
    const link_ *const *link_rows = links_rows(by_filter, &count);
    for (size_t i = 0; i < count; i++) {
        int64_t value;
        if (link_max(link_rows[i], &max, &value) == SHEAF_VALUE) printf("link %" PRId64 "\n", value);
    }
    links_rows(tagged, &count);
    printf("tagged %zu\n", count);
    const class_ *const *class_rows = int_rows(classes, &count);
    for (size_t i = 0; i < count; i++) {
        sheaf_slice word = SHEAF_SLICE("-"), digits;
        bool on;
        double real;
        if (class_Null(class_rows[i], &text, &word) != SHEAF_IS_NULL_VALUE ||
            class_stdin(class_rows[i], &yes, &on) != SHEAF_VALUE ||
            class_errno(class_rows[i], &number, &real) != SHEAF_VALUE ||
            class_true(class_rows[i], &decimal, &digits) != SHEAF_VALUE)
            exit(1);
        printf("class %.*s %d %g %.*s\n", SHEAF_SLICE_ARGS(word), on, real, SHEAF_SLICE_ARGS(digits));
    }
}
#endif

int main(int argc, char **argv) {
    sheaf_model *model = NULL;
    sheaf_db *db = NULL;
    if (argc != 3) return 2;
    must(sheaf_model_load(argv[1], NULL, &model, &err) &&
         sheaf_open(&(sheaf_options){.url = argv[2], .model = model}, &db, &err));
    sheaf_context *page = sheaf_context_new(db);
    if (!page) return 1;
    read(page);
    sheaf_context_free(page);
    sheaf_close(db);
    sheaf_model_free(model);
    return 0;
}
