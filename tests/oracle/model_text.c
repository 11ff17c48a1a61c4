/* A model as SDL. */
#include "question.h"

static void write_string(buffer *out, const char *text) {
    value_write_string(out, slice_of(text));
}

static void write_columns(buffer *out, const o_entity *e, const uint32_t *columns, uint32_t count) {
    if (count > 1) buffer_byte(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        if (i) BUFFER_LITERAL(out, ", ");
        write_string(out, e->columns[columns[i]].name);
    }
    if (count > 1) buffer_byte(out, ']');
}

static void write_path(buffer *out, const o_field *f) {
    buffer_byte(out, '"');
    for (uint32_t i = 0; i < f->path_count; i++) buffer_printf(out, "%s%s", i ? "." : "", f->path[i]->name);
    buffer_byte(out, '"');
}

/* The columns of a link table: f0 f1 … and t0 t1 … */
static void write_link_columns(buffer *out, char side, uint32_t count) {
    if (count > 1) buffer_byte(out, '[');
    for (uint32_t i = 0; i < count; i++) buffer_printf(out, "%s\"%c%u\"", i ? ", " : "", side, i);
    if (count > 1) buffer_byte(out, ']');
}

static void write_format(buffer *out, const o_field *f) {
    buffer format;
    buffer_init(&format, NULL);
    for (uint32_t i = 0; i < f->part_count; i++) {
        const text_part *part = &f->parts[i];
        for (const char *c = part->literal; c && *c; c++) buffer_printf(&format, *c == '{' ? "{{" : "%c", *c);
        if (part->literal) continue;
        buffer_byte(&format, '{');
        for (uint32_t k = 0; k < part->ref_count; k++) buffer_printf(&format, "%s.", part->refs[k]->name);
        buffer_printf(&format, "%s}", part->attribute->name);
    }
    value_write_string(out, buffer_view(&format));
    buffer_free(&format);
}

static void write_type(buffer *out, const o_field *f) {
    static const char *const scalars[] = {
#define X(name, text, kind) text,
        SHEAF_SCALARS(X)
#undef X
    };
    if (f->list)
        buffer_printf(out, "[%s!]!", f->target->name);
    else if (field_is_to_rows(f))
        buffer_printf(out, "%s%s", f->target->name, f->non_null ? "!" : "");
    else {
        bool is_enum = f->kind == IS_COLUMN && f->of->columns[f->column].pool == POOL_WORDS;
        buffer_printf(out, "%s%s", is_enum ? "Word" : scalars[f->scalar], f->non_null ? "!" : "");
    }
}

static void write_where_and_order(buffer *out, const o_field *f) {
    if (f->where) {
        BUFFER_LITERAL(out, ", where: ");
        condition_write(out, f->where, NULL);
    }
    if (f->order.count) {
        BUFFER_LITERAL(out, ", order: ");
        order_write(out, &f->order);
    }
}

static void write_pick(buffer *out, const o_field *f) {
    BUFFER_LITERAL(out, " @pick(of: ");
    write_path(out, f);
    if (f->keep_max) buffer_printf(out, ", keep_max: \"%s\"", f->keep_max->name);
    for (uint32_t i = 0; i < f->per_count; i++)
        buffer_printf(out, "%s\"%s\"", i ? ", " : ", per: [", f->per[i]->name);
    if (f->per_count) BUFFER_LITERAL(out, "]");
    write_where_and_order(out, f);
    BUFFER_LITERAL(out, ")");
}

static void write_derivation(buffer *out, const o_field *f) {
    switch (f->kind) {
    case IS_COLUMN:
        if (slice_equal(slice_of(f->name), slice_of(f->of->columns[f->column].name))) break;
        BUFFER_LITERAL(out, " @column(name: ");
        write_columns(out, f->of, &f->column, 1);
        BUFFER_LITERAL(out, ")");
        break;
    case IS_REF:
        if (!f->spelled) break;
        BUFFER_LITERAL(out, " @ref(column: ");
        write_columns(out, f->of, f->columns, f->target->key_count);
        BUFFER_LITERAL(out, ")");
        break;
    case IS_MANY:
        if (f->spelled) buffer_printf(out, " @many(ref: \"%s\")", f->back->name);
        break;
    case IS_THROUGH:
        BUFFER_LITERAL(out, " @through(table: ");
        write_string(out, f->by->table);
        BUFFER_LITERAL(out, ", from: ");
        write_link_columns(out, f->backwards ? 't' : 'f', f->of->key_count);
        BUFFER_LITERAL(out, ", to: ");
        write_link_columns(out, f->backwards ? 'f' : 't', f->target->key_count);
        BUFFER_LITERAL(out, ")");
        break;
    case IS_FOLLOW:
    case IS_COUNT:
        buffer_cstr(out, f->kind == IS_COUNT ? " @count(of: " : " @follow(path: ");
        write_path(out, f);
        write_where_and_order(out, f);
        BUFFER_LITERAL(out, ")");
        break;
    case IS_PICK: write_pick(out, f); break;
    case IS_TEXT:
        BUFFER_LITERAL(out, " @text(format: ");
        write_format(out, f);
        BUFFER_LITERAL(out, ")");
        break;
    }
}

static void write_entity(buffer *out, const o_entity *e) {
    buffer_printf(out, "type %s", e->name);
    if (e->own_table || e->own_plural || e->in_schema) {
        BUFFER_LITERAL(out, " @table(");
        if (e->own_table) {
            BUFFER_LITERAL(out, "name: ");
            write_string(out, e->table);
            BUFFER_LITERAL(out, " ");
        }
        if (e->own_plural) buffer_printf(out, "plural: \"%s\" ", e->plural);
        if (e->in_schema) BUFFER_LITERAL(out, "schema: \"main\"");
        BUFFER_LITERAL(out, ")");
    }
    BUFFER_LITERAL(out, " @key(fields: [");
    for (uint32_t i = 0; i < e->key_field_count; i++)
        buffer_printf(out, "%s\"%s\"", i ? ", " : "", e->key_fields[i]->name);
    BUFFER_LITERAL(out, "]) {\n");
    for (uint32_t i = 0; i < e->field_count; i++) {
        const o_field *f = e->fields[i];
        buffer_printf(out, "  %s: ", f->name);
        write_type(out, f);
        write_derivation(out, f);
        if (f->unique) BUFFER_LITERAL(out, " @unique");
        buffer_byte(out, '\n');
    }
    BUFFER_LITERAL(out, "}\n");
}

void model_write(const world *w, buffer *out) {
    BUFFER_LITERAL(out, "enum Word { SPECIES GENUS FAMILY }\n");
    for (uint32_t i = 0; i < w->entity_count; i++) write_entity(out, w->entities[i]);
}
