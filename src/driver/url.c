#include <string.h>

#include "../base/slice.h"
#include "driver.h"

const driver *driver_for_url(const char *url, sheaf_error *err) {
    static const struct {
        const char *prefix;
        const driver *driver;
    } schemes[] = {
        {"sqlite:", &driver_sqlite},
        {"postgresql://", &driver_pg},
        {"postgres://", &driver_pg},
    };
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (slice_starts_with(slice_of(url), slice_of(schemes[i].prefix))) return schemes[i].driver;
    if (url && strchr(url, '=') && !strstr(url, "://")) return &driver_pg;
    /* The URL is not quoted: it may hold a password. */
    error_set(err, SHEAF_E_USAGE,
              "a database is named by sqlite:PATH, postgresql://USER@HOST/NAME, or \"host=… dbname=…\"");
    return NULL;
}
