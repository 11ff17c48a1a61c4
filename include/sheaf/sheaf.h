/* sheaf.h: everything. */
#ifndef SHEAF_H
#define SHEAF_H

#include "compiled.h"
#include "context.h"
#include "db.h"
#include "error.h"
#include "migrate.h"
#include "model.h"
#include "page.h"
#include "shape.h"
#include "types.h"
#include "unused.h"

#endif
