/* sheaf query: one shape, realised. */
#include <inttypes.h>
#include <sheaf/unused.h>
#include <stdio.h>

#include "cli.h"

#define REPEAT_MAX 1000000

typedef struct query_flags {
    option_list variables;
    int64_t repeat;
    bool stats, ndjson, pretty, unused;
} query_flags;

/* ---- Output ---------------------------------------------------------------------------------------------*/

static void show_stats(const sheaf_stats *s) {
    const struct {
        const char *name;
        uint64_t value;
    } numbers[] = {{"statements", s->statements}, {"trips", s->trips}, {"rows", s->rows},
                   {"bytes", s->bytes},           {"kept", s->kept},   {"memory", s->memory}};
    const struct {
        const char *name;
        uint64_t ns;
    } phases[] = {{"plan_us", s->plan_ns},
                  {"wait_us", s->wait_ns},
                  {"decode_us", s->decode_ns},
                  {"stitch_us", s->stitch_ns},
                  {"render_us", s->render_ns}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        fprintf(stderr, "%c\"%s\":%" PRIu64, i ? ',' : '{', numbers[i].name, numbers[i].value);
    fprintf(stderr, ",\"planned\":%s,\"strategy\":\"%s\"", s->planned ? "true" : "false",
            sheaf_strategy_name(s->strategy));
    for (size_t i = 0; i < sizeof phases / sizeof *phases; i++)
        fprintf(stderr, ",\"%s\":%" PRIu64 ".%" PRIu64, phases[i].name, phases[i].ns / 1000,
                phases[i].ns / 100 % 10);
    fputs("}\n", stderr);
}

static sheaf_slice attribute_of(const sheaf_unused_item *item) {
    return item->attribute.ptr ? item->attribute : SHEAF_SLICE("-");
}

static int wider(int width, size_t len) {
    return (int)len > width ? (int)len : width;
}

/* A table of what was not read, or read in vain. Of what had no rows, other data must tell. */
static bool show_unused(cli *c, const sheaf_page *page) {
    sheaf_unused unused;
    if (!sheaf_page_unused(page, &unused, &c->error)) return false;
    int group = (int)strlen("group"), attribute = (int)strlen("attribute"), what = (int)strlen("what");
    bool no_rows = false;
    for (size_t i = 0; i < unused.count; i++) {
        const sheaf_unused_item *item = &unused.items[i];
        group = wider(group, item->group.len);
        attribute = wider(attribute, attribute_of(item).len);
        what = wider(what, strlen(sheaf_unused_words(item->kind)));
        no_rows = no_rows || item->kind == SHEAF_NO_ROWS;
    }
    if (unused.count)
        fprintf(stderr, "%-*s  %-*s  %-*s  where\n", group, "group", attribute, "attribute", what, "what");
    for (size_t i = 0; i < unused.count; i++) {
        const sheaf_unused_item *item = &unused.items[i];
        fprintf(stderr, "%-*.*s  %-*.*s  %-*s  %s\n", group, SHEAF_SLICE_ARGS(item->group), attribute,
                SHEAF_SLICE_ARGS(attribute_of(item)), what, sheaf_unused_words(item->kind), item->place);
    }
    if (!unused.never_read)
        fprintf(stderr, "everything that was asked for was read%s\n",
                no_rows ? ", but for what had no rows: try it with data that has some" : "");
    return true;
}

static bool show_result(cli *c, sheaf_slice json, const query_flags *flags) {
    if (!flags->pretty) {
        cli_print(json);
        if (!flags->ndjson) putchar('\n');
        return true;
    }
    buffer out;
    buffer_init(&out, NULL);
    pretty_json(&out, json);
    buffer_byte(&out, '\n');
    if (!out.failed) cli_print(buffer_view(&out));
    bool ok = !out.failed || error_memory(&c->error);
    buffer_free(&out);
    return ok;
}

/* ---- The whole ------------------------------------------------------------------------------------------*/

static bool realise(cli *c, const project *p, const sheaf_shape *shape, const variables *given,
                    const query_flags *flags, bool last) {
    sheaf_page *page;
    sheaf_slice json;
    const sheaf_page_options options = {.track_reads = flags->unused && last};
    if (!sheaf_page_realise_with(p->db, shape, given->items, given->count, &options, &page, &c->error))
        return false;
    bool ok = (flags->ndjson ? sheaf_page_ndjson : sheaf_page_json)(page, &json, &c->error);
    if (ok && last) ok = show_result(c, json, flags);
    if (ok && flags->stats) {
        sheaf_stats stats = sheaf_page_stats(page);
        show_stats(&stats);
    }
    if (ok && options.track_reads) ok = show_unused(c, page);
    sheaf_page_free(page);
    return ok;
}

static bool query(cli *c, project *p, const char *name, const query_flags *flags) {
    const sheaf_shape *shape;
    variables given = {0};
    if (!project_find(c, p, name, &shape) || !cli_variables(c, shape, &flags->variables, &given) ||
        !project_open(c, p->folder, p->model, &p->db))
        return false;
    for (int64_t i = 1; i <= flags->repeat; i++)
        if (!realise(c, p, shape, &given, flags, i == flags->repeat)) return false;
    return true;
}

static bool check_flags(cli *c, const query_flags *flags) {
    if (flags->ndjson && flags->pretty)
        return error_set(&c->error, SHEAF_E_USAGE, "--ndjson and --pretty exclude each other");
    if (flags->repeat < 1 || flags->repeat > REPEAT_MAX)
        return error_set(&c->error, SHEAF_E_USAGE, "--repeat takes a number from 1 to %d", REPEAT_MAX);
    return true;
}

static cli_exit run(cli *c) {
    query_flags flags = {.repeat = 1};
    project p = {0};
    const char *name;
    if (!cli_options(c, &flags) || !check_flags(c, &flags)) return cli_fail(c);
    bool ok = project_of_words(c, &p, &name) && query(c, &p, name, &flags);
    project_free(&p);
    return ok ? EXIT_DONE : cli_fail(c);
}

static const cli_option options[] = {
    CLI_VARIABLE_OPTION(query_flags, variables),
    {"stats", NULL, OPTION_SET, offsetof(query_flags, stats),
     "a line of JSON on stderr: statements, trips, rows, bytes, and microseconds by phase"},
    {"unused", NULL, OPTION_SET, offsetof(query_flags, unused),
     "a table on stderr: what was asked for and never read, or had nothing to be read"},
    {"pretty", NULL, OPTION_SET, offsetof(query_flags, pretty), "lay the JSON out for a reader"},
    {"ndjson", NULL, OPTION_SET, offsetof(query_flags, ndjson),
     "each row of the only list as a line of JSON"},
    {"repeat", "N", OPTION_COUNT, offsetof(query_flags, repeat),
     "realise N times and print the last, for --stats"},
};

const cli_command cli_query = {
    .name = "query",
    .usage = "query [DIR] SHAPE [--var NAME=VALUE]… [--stats] [--unused] [--pretty | --ndjson] [--db URL]",
    .summary = "realise a query of the shapes and print its result as JSON",
    .more = "Realises the query SHAPE of DIR/shapes (DIR is '.' if not given) in one snapshot, and prints "
            "its result object.",
    .example = "  sheaf query . hot --db sqlite:archive.db --var distro=debian --var limit=3 --stats\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .settings = true,
    .words_least = 1,
    .words_most = 2,
    .run = run,
};
