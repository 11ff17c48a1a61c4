/* model_fuzz.c: any text is a model, or refused with a code and a message in UTF-8 that has its place. */
#include <sheaf/model.h>

#include <stdlib.h>

#include "../src/base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    sheaf_model *model;
    sheaf_error err = {0};
    if (sheaf_model_parse((sheaf_slice){(const char *)data, size}, "fuzz", NULL, &model, &err)) {
        sheaf_model_free(model);
        return 0;
    }
    bool expected = err.code == SHEAF_E_SYNTAX || err.code == SHEAF_E_MODEL;
    sheaf_slice message = {err.message, strlen(err.message)};
    if (!expected || !utf8_valid(message) || strncmp(err.message, "fuzz:", 5) != 0) abort();
    return 0;
}
