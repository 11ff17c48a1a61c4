/* What the catalogue tells a planner: fan-out, uniqueness, collation. */
#include "planner.h"

static const catalogue_table *table_of(const binding *b, const model_entity *e) {
    return b->entities[e->index].table;
}

static const catalogue_table *link_of(const binding *b, const model_hop *hop) {
    return catalogue_find_table(b->catalogue, hop->link_schema, hop->link_table);
}

double planner_fan_out(const binding *b, const model_path *path) {
    double fan_out = 1;
    for (uint32_t i = 0; i < path->count; i++) {
        const model_hop *hop = &path->hops[i];
        if (hop->kind == HOP_REF) continue;
        double from = table_of(b, hop->from)->rows;
        const catalogue_table *many = hop->kind == HOP_MANY ? table_of(b, hop->to) : link_of(b, hop);
        if (from < 0 || !many || many->rows < 0) return -1;
        fan_out *= many->rows / (from < 1 ? 1 : from);
    }
    return fan_out;
}

bool planner_is_small(const binding *b, const model_entity *e) {
    const catalogue_table *t = table_of(b, e);
    sheaf_slice key[MODEL_KEY_MAX];
    for (uint32_t i = 0; i < e->key.count; i++) key[i] = e->key.at[i]->name;
    return t && t->rows >= 0 && t->rows <= PLAN_SMALL_TABLE && catalogue_is_unique(t, key, e->key.count);
}

bool planner_link_is_sure(const binding *b, const model_hop *hop) {
    const catalogue_table *link = link_of(b, hop);
    if (!link) return false;
    uint32_t from_count = hop->from->key.count, to_count = hop->to->key.count;
    sheaf_slice both[2 * MODEL_KEY_MAX];
    memcpy(both, hop->link_from, from_count * sizeof *both);
    memcpy(both + from_count, hop->link_to, to_count * sizeof *both);
    if (!catalogue_is_unique(link, both, from_count + to_count)) return false;
    for (uint32_t c = 0; c < to_count; c++) { /* a NULL stands for no row, and as often as it likes */
        const catalogue_column *column = catalogue_find_column(link, hop->link_to[c]);
        if (!column || column->nullable) return false;
    }
    for (size_t i = 0; i < link->foreign_key_count; i++) {
        const catalogue_foreign_key *fk = &link->foreign_keys[i];
        const catalogue_table *to = catalogue_find_table(b->catalogue, fk->to_schema, fk->to_table);
        if (to != table_of(b, hop->to) || fk->column_count != to_count) continue;
        bool same = true;
        for (uint32_t c = 0; c < to_count; c++) same = same && slice_equal(fk->columns[c], hop->link_to[c]);
        if (same) return true;
    }
    return false;
}

bool planner_may_repeat(const binding *b, const model_path *path) {
    bool spread = false; /* one start row may have several rows by now */
    for (uint32_t i = 0; i < path->count; i++) {
        const model_hop *hop = &path->hops[i];
        if (spread && hop->kind != HOP_MANY) return true;
        if (hop->kind == HOP_THROUGH && !planner_link_is_sure(b, hop)) return true;
        if (hop->kind != HOP_REF) spread = true;
    }
    return false;
}

bool planner_sorts_in_memory(const binding *b, const model_order_item *order, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        const bound_column *column = bound(b, order[i].column);
        sheaf_scalar scalar = order[i].column->scalar;
        bool is_text = scalar == SHEAF_STRING || (scalar == SHEAF_ID && column->text);
        if (is_text && column->type != DB_UUID && (!column->c_collated || column->type != DB_TEXT))
            return false;
    }
    return true;
}
