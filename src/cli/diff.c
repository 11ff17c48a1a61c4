/* Lines that differ, by the longest common subsequence of what is between the equal beginning and the equal
 * end. */
#include "cli.h"

#define CONTEXT   3
#define CELLS_MAX (16u << 20) /* of the table; larger texts are shown as wholly replaced */

/* A line and the heading that it stands under: what stands under two is not the same. */
typedef struct line {
    sheaf_slice text, heading;
} line;

typedef struct lines {
    line *items;
    size_t count, room;
} lines;

typedef struct differ {
    lines before, after;
    size_t same_before, same_after; /* lines at the beginning and at the end that are equal */
    uint32_t *table; /* [i][j]: the longest common subsequence of before[i…] and after[j…] */
    size_t columns;
    arena memory;
} differ;

/* A line of the result: ' ', '-' or '+'. */
typedef struct edit {
    char sign;
    sheaf_slice line;
    size_t before_at; /* lines of `before` above it */
} edit;
typedef struct edits {
    edit *items;
    size_t count, room;
} edits;

static bool split(sheaf_slice text, sheaf_slice heading, arena *memory, lines *ret) {
    sheaf_slice last = {NULL, 0};
    while (text.len) {
        line *slot = ARENA_PUSH(memory, ret);
        if (!slot) return false;
        slot->text = slice_cut(text, '\n', &text);
        if (slice_starts_with(slot->text, heading)) last = slot->text;
        slot->heading = last;
    }
    return true;
}

static bool same(const differ *d, size_t before_at, size_t after_at) {
    const line *a = &d->before.items[before_at], *b = &d->after.items[after_at];
    return slice_equal(a->text, b->text) && slice_equal(a->heading, b->heading);
}

static void trim_equal(differ *d) {
    size_t most = d->before.count < d->after.count ? d->before.count : d->after.count;
    while (d->same_before < most && same(d, d->same_before, d->same_before)) d->same_before++;
    while (d->same_after < most - d->same_before &&
           same(d, d->before.count - 1 - d->same_after, d->after.count - 1 - d->same_after))
        d->same_after++;
}

static bool fill_table(differ *d) {
    size_t rows = d->before.count - d->same_before - d->same_after + 1, cells;
    d->columns = d->after.count - d->same_before - d->same_after + 1;
    if (!memory_mul(rows, d->columns, &cells) || cells > CELLS_MAX) return true;
    d->table = ARENA_ARRAY(&d->memory, uint32_t, cells);
    if (!d->table) return false;
    for (size_t i = rows - 1; i-- > 0;)
        for (size_t j = d->columns - 1; j-- > 0;) {
            uint32_t *cell = &d->table[i * d->columns + j], *below = cell + d->columns;
            bool common = same(d, d->same_before + i, d->same_before + j);
            *cell = common ? below[1] + 1 : below[0] > cell[1] ? below[0] : cell[1];
        }
    return true;
}

static bool add(differ *d, edits *list, char sign, sheaf_slice text, size_t before_at) {
    edit *slot = ARENA_PUSH(&d->memory, list);
    if (slot) *slot = (edit){sign, text, before_at};
    return slot != NULL;
}

/* Walks both texts together; what is taken out stands before what comes in. */
static bool find_edits(differ *d, edits *list) {
    size_t i = 0, j = 0, i_end = d->before.count - d->same_after, j_end = d->after.count - d->same_after;
    bool ok = true;
    while (ok && (i < d->before.count || j < d->after.count)) {
        bool outside = i < d->same_before || (i >= i_end && j >= j_end);
        bool common = outside;
        if (!outside && i < i_end && j < j_end) common = d->table && same(d, i, j);
        if (common) {
            ok = add(d, list, ' ', d->before.items[i].text, i);
            i++;
            j++;
            continue;
        }
        bool out = i < i_end;
        if (out && j < j_end && d->table) {
            const uint32_t *cell = &d->table[(i - d->same_before) * d->columns + j - d->same_before];
            out = cell[d->columns] >= cell[1];
        }
        ok = out ? add(d, list, '-', d->before.items[i].text, i)
                 : add(d, list, '+', d->after.items[j].text, i);
        i += out;
        j += !out;
    }
    return ok;
}

static sheaf_slice heading_of(const differ *d, size_t before_at) {
    size_t last = before_at < d->before.count ? before_at : d->before.count - 1;
    return d->before.count && d->before.items[last].heading.ptr ? d->before.items[last].heading
                                                                : SHEAF_SLICE("");
}

static bool is_near_change(const edits *list, size_t at) {
    size_t first = at > CONTEXT ? at - CONTEXT : 0;
    for (size_t i = first; i <= at + CONTEXT && i < list->count; i++)
        if (list->items[i].sign != ' ') return true;
    return false;
}

static void write_hunks(const differ *d, const edits *list, buffer *out) {
    bool inside = false;
    for (size_t i = 0; i < list->count; i++) {
        bool shown = is_near_change(list, i);
        if (shown && !inside) {
            size_t changed = i;
            while (list->items[changed].sign == ' ') changed++;
            sheaf_slice head = heading_of(d, list->items[changed].before_at);
            buffer_printf(out, "@@ %.*s @@\n", SHEAF_SLICE_ARGS(head));
        }
        if (shown) buffer_printf(out, "%c%.*s\n", list->items[i].sign, SHEAF_SLICE_ARGS(list->items[i].line));
        inside = shown;
    }
}

bool diff_lines(buffer *out, sheaf_slice before, sheaf_slice after, const char *heading) {
    differ d = {0};
    edits list = {0};
    arena_init(&d.memory, out->allocator);
    bool ok = split(before, slice_of(heading), &d.memory, &d.before) &&
              split(after, slice_of(heading), &d.memory, &d.after);
    if (ok) {
        trim_equal(&d);
        ok = fill_table(&d) && find_edits(&d, &list);
    }
    if (ok) write_hunks(&d, &list, out);
    arena_free(&d.memory);
    return ok && !out->failed;
}
