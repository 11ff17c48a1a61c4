#include "table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "text.h"

#define GAP       2
#define NARROWEST 8
#define BOLD      "\033[1m"
#define PLAIN     "\033[0m"
#define ELLIPSIS  "…"

static void add(table *t, sheaf_slice text) {
    sheaf_slice kept;
    if (t->no_memory || !pool_grow((void **)&t->cells, &t->room, t->used, sizeof *t->cells) ||
        !pool_keep(&t->text, text, &kept)) {
        t->no_memory = true;
        return;
    }
    t->cells[t->used++] = kept;
}

void table_text(table *t, sheaf_slice text) {
    add(t, text);
}

void table_number(table *t, int64_t n) {
    char digits[TEXT_COUNT_SIZE + 1] = "-";
    text_count(n < 0 ? 0 - (uint64_t)n : (uint64_t)n, digits + 1);
    const char *start = n < 0 ? digits : digits + 1;
    add(t, (sheaf_slice){start, strlen(start)});
}

void table_free(table *t) {
    free(t->cells);
    pool_free(&t->text);
    t->cells = NULL;
    t->used = t->room = 0;
    t->no_memory = false;
}

table_style table_style_of(FILE *out) {
    table_style style = {TABLE_WIDTH_FALLBACK, false};
    struct winsize size;
    const char *none = getenv("NO_COLOR"), *terminal = getenv("TERM");
    if (!isatty(fileno(out))) return style;
    if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col) style.width = size.ws_col;
    style.colour = (!none || !*none) && terminal && strcmp(terminal, "dumb") != 0;
    return style;
}

/* The next character: its bytes leave `*rest`. One that cannot be shown is a '?' of width 1. */
static sheaf_slice next_character(sheaf_slice *rest, size_t *ret_width) {
    mbstate_t state = {0};
    wchar_t c;
    size_t len = mbrtowc(&c, rest->ptr, rest->len, &state);
    bool sound = len > 0 && len <= rest->len;
    int width = sound ? wcwidth(c) : -1;
    sheaf_slice character = {rest->ptr, sound ? len : 1};
    rest->ptr += character.len;
    rest->len -= character.len;
    *ret_width = width < 0 ? 1 : (size_t)width;
    return width < 0 ? SHEAF_SLICE("?") : character;
}

size_t table_width(sheaf_slice text) {
    size_t sum = 0, width;
    while (text.len) {
        next_character(&text, &width);
        sum += width;
    }
    return sum;
}

/* Prints what fits; an ellipsis takes the last place of what does not. */
static void print_cut(sheaf_slice text, size_t room, FILE *out) {
    bool whole = table_width(text) <= room;
    size_t used = 0, width;
    while (text.len) {
        sheaf_slice character = next_character(&text, &width);
        if (!whole && used + width + 1 > room) {
            fputs(ELLIPSIS, out);
            return;
        }
        fwrite(character.ptr, 1, character.len, out);
        used += width;
    }
}

/* What print_cut takes of `room`. */
static size_t cut_width(sheaf_slice text, size_t room) {
    size_t whole = table_width(text), used = 0, width;
    if (whole <= room) return whole;
    while (text.len) {
        next_character(&text, &width);
        if (used + width + 1 > room) break;
        used += width;
    }
    return used + 1;
}

static void measure(const table *t, size_t total, size_t widths[TABLE_COLUMNS_MAX]) {
    size_t sum = 0;
    for (uint32_t i = 0; i < t->column_count; i++) {
        const char *title = t->columns[i].title;
        widths[i] = table_width((sheaf_slice){title, strlen(title)});
    }
    for (uint32_t i = 0; i < t->used; i++) {
        size_t width = table_width(t->cells[i]), *widest = &widths[i % t->column_count];
        if (width > *widest) *widest = width;
    }
    for (uint32_t i = 0; i < t->column_count; i++) sum += widths[i] + (i ? GAP : 0);
    while (sum > total) {
        size_t *widest = NULL;
        for (uint32_t i = 0; i < t->column_count; i++) {
            if (!t->columns[i].keep && widths[i] > NARROWEST && (!widest || widths[i] > *widest))
                widest = &widths[i];
        }
        if (!widest) return;
        --*widest;
        --sum;
    }
}

/* Spaces wait until something follows them, so that no line ends in one. */
static void print_row(const table *t, const sheaf_slice *cells, const size_t *widths, FILE *out) {
    size_t spaces = 0;
    for (uint32_t i = 0; i < t->column_count; i++) {
        size_t width = cut_width(cells[i], widths[i]), space = widths[i] - width;
        spaces += (i ? GAP : 0) + (t->columns[i].right ? space : 0);
        if (width) {
            fprintf(out, "%*s", (int)spaces, "");
            spaces = 0;
            print_cut(cells[i], widths[i], out);
        }
        spaces += t->columns[i].right ? 0 : space;
    }
    fputc('\n', out);
}

void table_print(const table *t, const table_style *style, FILE *out) {
    size_t widths[TABLE_COLUMNS_MAX];
    sheaf_slice titles[TABLE_COLUMNS_MAX];
    measure(t, style->width, widths);
    for (uint32_t i = 0; i < t->column_count; i++) {
        titles[i] = (sheaf_slice){t->columns[i].title, strlen(t->columns[i].title)};
    }
    if (style->colour) fputs(BOLD, out);
    print_row(t, titles, widths, out);
    if (style->colour) fputs(PLAIN, out);
    for (uint32_t i = 0; i + t->column_count <= t->used; i += t->column_count) {
        print_row(t, &t->cells[i], widths, out);
    }
}
