#include "world.h"

#include <stdio.h>
#include <stdlib.h>

void *world_must(void *ptr) {
    if (ptr) return ptr;
    fputs("Bail out! no memory\n", stdout);
    exit(1);
}

const char *world_name(world *w, const char *format, ...) {
    char text[256];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return world_must((void *)(uintptr_t)arena_copy(&w->memory, (sheaf_slice){text, (size_t)len}).ptr);
}

world *world_new(void) {
    world *w = world_must(calloc(1, sizeof *w));
    arena_init(&w->memory, NULL);
    return w;
}

void world_free(world *w) {
    arena_free(&w->memory);
    free(w);
}
