/* load.h: what the stages of loading share. Each finds the work of those before it done: load.c, columns.c,
 * resolve.c, text.c. */
#ifndef SHEAF_MODEL_LOAD_H
#define SHEAF_MODEL_LOAD_H

#include "directives.h"
#include "model.h"

#define FOLLOWS_NEST_MAX 32 /* follows within follows and their conditions */

typedef struct draft_field {
    const syntax_field_definition *syntax;
    directive_uses uses;
    enum { FOLLOW_NEW, FOLLOW_BUSY, FOLLOW_DONE } state;
} draft_field;

typedef struct draft_entity {
    const syntax_definition *syntax;
    directive_uses uses;
    draft_field *fields; /* by model_field.index */
    const model_field *key[MODEL_KEY_MAX];
    uint32_t key_count;
    bool keyed; /* the entity's key is known */
} draft_entity;

typedef struct loader {
    sheaf_model *model;
    const syntax_document *document;
    arena scratch;
    map enums;                                    /* names of the document's enum types */
    draft_entity *drafts;                         /* by model_entity.index */
    const model_field *follows[FOLLOWS_NEST_MAX]; /* being resolved, each needed by the one before it */
    uint32_t follow_count;
    sheaf_error *err;
} loader;

#define LOAD_FAIL(l, place, ...) lang_error((l)->err, SHEAF_E_MODEL, (l)->document, (place), __VA_ARGS__)

static inline draft_field *draft_of(const loader *l, const model_field *f) {
    return &l->drafts[f->entity->index].fields[f->index];
}
static inline const syntax_directive *use_of(const loader *l, const model_field *f, directive_id id) {
    return draft_of(l, f)->uses.at[id];
}

bool load_columns(loader *l);
bool load_relations(loader *l);
bool load_texts(loader *l);

/* A name of the database, as a directive gives it. */
bool load_identifier(loader *l, syntax_place place, sheaf_slice name);

/* A string or a list of strings, 1 to MODEL_KEY_MAX of them. `what` names it: "'per' of @pick". */
bool load_strings(loader *l, const syntax_value *value, const char *what, sheaf_slice ret[MODEL_KEY_MAX],
                  uint32_t *ret_count);

#endif
