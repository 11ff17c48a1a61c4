/* index.h: the indexes that a model wants: whether a table has one, and the statement that makes it. */
#ifndef SHEAF_MODEL_INDEX_H
#define SHEAF_MODEL_INDEX_H

#include "catalogue.h"
#include "model.h"

#define INDEX_COLUMNS_MAX 16

/* An index begins with `columns` in any order, then has those of `order` in its directions, or all turned
 * round. What is worth having after these (the key that ends every order) is no part of the need. */
typedef struct index_need {
    const catalogue_table *table;
    bool unique;
    sheaf_slice columns[2 * MODEL_KEY_MAX];
    uint32_t count;
    const model_order *order; /* NULL: none */
    sheaf_slice rest[MODEL_KEY_MAX];
    uint32_t rest_count;
} index_need;

bool index_is_there(const index_need *need);

/* True where the index made for `other` would serve `need` too. */
bool index_is_covered(const index_need *need, const index_need *other);

/* "CREATE INDEX package_distro_id_popularity_id ON package (distro_id, popularity DESC, id);" — ptr NULL: no
 * memory. */
sheaf_slice index_statement(const index_need *need, const catalogue *db, arena *memory);

/* Appends a name as SQL takes it on either backend: quoted where it must be. */
void index_put_name(buffer *b, sheaf_slice name);

#endif
