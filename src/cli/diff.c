/* Lines that differ, by the longest common subsequence of what is between the equal beginning and the equal
 * end. */
#include "cli.h"

#define CONTEXT   3
#define CELLS_MAX (16u << 20) /* of the table; larger texts are shown as wholly replaced */

typedef struct lines {
    sheaf_slice *items;
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

static bool split(sheaf_slice text, arena *memory, lines *ret) {
    while (text.len) {
        sheaf_slice line = slice_cut(text, '\n', &text), *slot = ARENA_PUSH(memory, ret);
        if (!slot) return false;
        *slot = line;
    }
    return true;
}

static void trim_equal(differ *d) {
    size_t most = d->before.count < d->after.count ? d->before.count : d->after.count;
    while (d->same_before < most &&
           slice_equal(d->before.items[d->same_before], d->after.items[d->same_before]))
        d->same_before++;
    while (d->same_after < most - d->same_before &&
           slice_equal(d->before.items[d->before.count - 1 - d->same_after],
                       d->after.items[d->after.count - 1 - d->same_after]))
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
            bool same = slice_equal(d->before.items[d->same_before + i], d->after.items[d->same_before + j]);
            *cell = same ? below[1] + 1 : below[0] > cell[1] ? below[0] : cell[1];
        }
    return true;
}

static bool add(differ *d, edits *list, char sign, sheaf_slice line, size_t before_at) {
    edit *slot = ARENA_PUSH(&d->memory, list);
    if (slot) *slot = (edit){sign, line, before_at};
    return slot != NULL;
}

/* Walks both texts together; what is taken out stands before what comes in. */
static bool find_edits(differ *d, edits *list) {
    size_t i = 0, j = 0, i_end = d->before.count - d->same_after, j_end = d->after.count - d->same_after;
    bool ok = true;
    while (ok && (i < d->before.count || j < d->after.count)) {
        bool outside = i < d->same_before || (i >= i_end && j >= j_end);
        bool common = outside;
        if (!outside && i < i_end && j < j_end)
            common = d->table && slice_equal(d->before.items[i], d->after.items[j]);
        if (common) {
            ok = add(d, list, ' ', d->before.items[i], i);
            i++;
            j++;
            continue;
        }
        bool out = i < i_end;
        if (out && j < j_end && d->table) {
            const uint32_t *cell = &d->table[(i - d->same_before) * d->columns + j - d->same_before];
            out = cell[d->columns] >= cell[1];
        }
        ok = out ? add(d, list, '-', d->before.items[i], i) : add(d, list, '+', d->after.items[j], i);
        i += out;
        j += !out;
    }
    return ok;
}

static sheaf_slice heading_of(const differ *d, size_t before_at, const char *heading) {
    for (size_t i = before_at < d->before.count ? before_at + 1 : d->before.count; i-- > 0;)
        if (slice_starts_with(d->before.items[i], slice_of(heading))) return d->before.items[i];
    return SHEAF_SLICE("");
}

static bool is_near_change(const edits *list, size_t at) {
    size_t first = at > CONTEXT ? at - CONTEXT : 0;
    for (size_t i = first; i <= at + CONTEXT && i < list->count; i++)
        if (list->items[i].sign != ' ') return true;
    return false;
}

static void write_hunks(const differ *d, const edits *list, const char *heading, buffer *out) {
    bool inside = false;
    for (size_t i = 0; i < list->count; i++) {
        bool shown = is_near_change(list, i);
        if (shown && !inside) {
            size_t changed = i;
            while (list->items[changed].sign == ' ') changed++;
            sheaf_slice head = heading_of(d, list->items[changed].before_at, heading);
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
    bool ok = split(before, &d.memory, &d.before) && split(after, &d.memory, &d.after);
    if (ok) {
        trim_equal(&d);
        ok = fill_table(&d) && find_edits(&d, &list);
    }
    if (ok) write_hunks(&d, &list, heading, out);
    arena_free(&d.memory);
    return ok && !out->failed;
}
