/* lang_fuzz.c: any bytes are parsed or refused with a message in UTF-8; what parses, prints to text that
 * parses to an equal tree and prints to the same bytes. */
#include <stdlib.h>

#include "../src/base/utf8.h"
#include "../src/lang/lang.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    arena memory;
    buffer printed, again;
    sheaf_error err = {0};
    syntax_document *document, *read;
    arena_init(&memory, NULL);
    buffer_init(&printed, NULL);
    buffer_init(&again, NULL);
    if (lang_parse(&memory, (sheaf_slice){(const char *)data, size}, "fuzz", &document, &err)) {
        lang_print(&printed, document);
        require(lang_parse(&memory, buffer_view(&printed), "printed", &read, &err));
        require(lang_equal(document, read));
        lang_print(&again, read);
        require(slice_equal(buffer_view(&printed), buffer_view(&again)));
    } else {
        require(err.code == SHEAF_E_SYNTAX && utf8_valid(slice_of(err.message)));
    }
    buffer_free(&again);
    buffer_free(&printed);
    arena_free(&memory);
    return 0;
}
