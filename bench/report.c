#include "report.h"

#include <errno.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "text.h"

static const char *const phase_names[] = {
#define X(name, text, meaning) text,
    BENCH_PHASES(X)
#undef X
};

/* "model name : X" of the first processor. */
static void processor(char *out, size_t room) {
    FILE *file = fopen("/proc/cpuinfo", "r");
    char line[256];
    snprintf(out, room, "unknown processor");
    while (file && fgets(line, sizeof line, file)) {
        char *colon = strncmp(line, "model name", 10) == 0 ? strchr(line, ':') : NULL;
        if (!colon) continue;
        colon[strcspn(colon, "\n")] = '\0';
        snprintf(out, room, "%s", colon + 2);
        break;
    }
    if (file) fclose(file);
}

static void key_string(buffer *b, const char *key, const char *text) {
    size_t len = strlen(text);
    buffer_printf(b, "\"%s\":", key);
    if (!buffer_reserve(b, TEXT_STRING_ROOM(len))) return;
    b->len = (size_t)(text_string(b->ptr + b->len, (sheaf_slice){text, len}) - b->ptr);
}

void report_begin(report *r, const report_facts *facts, const bench_place *places, size_t place_count) {
    struct utsname system;
    char cpu[128], date[32];
    time_t now = time(NULL);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
    processor(cpu, sizeof cpu);
    if (uname(&system)) memset(&system, 0, sizeof system);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    printf("%s, %s, %ld cores, Linux %s\n", date, cpu, cores, system.release);
    printf("compiled by %s %s; libpq %d; %u rounds (%u over longer links), scale %g, %s\n",
#ifdef __clang__
           "clang",
#else
           "gcc",
#endif
           __VERSION__, PQlibVersion(), facts->rounds, facts->far_rounds, facts->scale,
           facts->pinned ? "client and server pinned to one core where permitted" : "not pinned");
    for (size_t i = 0; i < place_count; i++)
        printf("%s %s: %s\n", places[i].name, places[i].version, places[i].where);

    *r = (report){0};
    buffer_init(&r->json, NULL);
    BUFFER_LITERAL(&r->json, "{");
    key_string(&r->json, "date", date);
    BUFFER_LITERAL(&r->json, ",");
    key_string(&r->json, "processor", cpu);
    BUFFER_LITERAL(&r->json, ",");
    key_string(&r->json, "kernel", system.release);
    BUFFER_LITERAL(&r->json, ",");
    key_string(&r->json, "compiler", __VERSION__);
    buffer_printf(&r->json,
                  ",\"cores\":%ld,\"libpq\":%d,\"rounds\":%u,\"far_rounds\":%u,\"scale\":%g,\"pinned\":%s,"
                  "\"databases\":[",
                  cores, PQlibVersion(), facts->rounds, facts->far_rounds, facts->scale,
                  facts->pinned ? "true" : "false");
    for (size_t i = 0; i < place_count; i++) {
        buffer_cstr(&r->json, i ? ",{" : "{");
        key_string(&r->json, "name", places[i].name);
        BUFFER_LITERAL(&r->json, ",");
        key_string(&r->json, "version", places[i].version);
        BUFFER_LITERAL(&r->json, ",");
        key_string(&r->json, "where", places[i].where);
        BUFFER_LITERAL(&r->json, "}");
    }
    BUFFER_LITERAL(&r->json, "],\"results\":[");
}

static void print_way(const measurement *m, const measured *w) {
    printf("  %-14s %10.1f %10.1f", w->way->name, w->p50_us, w->p99_us);
    for (int i = 0; i < RATIOS; i++) printf(" %8.2f", measured_ratio(m, w, &m->ratios[i]));
    printf(" %9.1f", w->cpu_us);
    if (w->server_cpu_us > 0)
        printf(" %9.1f", w->server_cpu_us);
    else
        printf(" %9s", "-");
    printf(" %8.1f %6.1f %6.1f %6u ", w->render_us, w->statements, w->trips, w->pages);
    for (int i = 0; i < BENCH_PHASE_COUNT; i++) {
        if (w->phase_us[i] > 0) printf(" %s %.1f", phase_names[i], w->phase_us[i]);
    }
    for (size_t i = 0; i < w->extra_count; i++)
        printf("; %s %.2f %s", w->extras[i].name, w->extras[i].value, w->extras[i].unit);
    printf("\n");
}

static void add_way(buffer *b, const measurement *m, const measured *w) {
    BUFFER_LITERAL(b, "{");
    key_string(b, "subject", m->subject->name);
    BUFFER_LITERAL(b, ",");
    key_string(b, "database", m->place->name);
    BUFFER_LITERAL(b, ",");
    key_string(b, "scenario", m->scenario->name);
    BUFFER_LITERAL(b, ",");
    key_string(b, "way", w->way->name);
    if (m->distance)
        buffer_printf(b, ",\"round_trip_us\":%.0f,\"trip_us\":%.2f", (double)m->distance->rtt_ns / 1e3,
                      m->trip_us);
    for (int i = 0; i < RATIOS; i++)
        buffer_printf(b, ",\"%s\":%.3f", m->ratios[i].key, measured_ratio(m, w, &m->ratios[i]));
    buffer_printf(b,
                  ",\"pages\":%u,\"p50_us\":%.2f,\"p99_us\":%.2f,\"cpu_us\":%.2f,\"server_cpu_us\":%.2f,"
                  "\"render_us\":%.2f,\"statements\":%.2f,\"trips\":%.2f,\"json_bytes\":%zu,\"phases_us\":{",
                  w->pages, w->p50_us, w->p99_us, w->cpu_us, w->server_cpu_us, w->render_us, w->statements,
                  w->trips, m->json_bytes);
    for (int i = 0; i < BENCH_PHASE_COUNT; i++)
        buffer_printf(b, "%s\"%s\":%.2f", i ? "," : "", phase_names[i], w->phase_us[i]);
    BUFFER_LITERAL(b, "},\"extras\":{");
    for (size_t i = 0; i < w->extra_count; i++)
        buffer_printf(b, "%s\"%s\":%.3f", i ? "," : "", w->extras[i].name, w->extras[i].value);
    BUFFER_LITERAL(b, "}}");
}

void report_add(report *r, const measurement *m) {
    printf("\n%s on %s", m->subject->name, m->place->name);
    if (m->distance) printf(" at %s", m->distance->name);
    printf(", %s (%zu bytes of JSON", m->scenario->name, m->json_bytes);
    if (m->distance) printf("; an empty trip takes %.0f us", m->trip_us);
    printf(")\n  %-14s %10s %10s %8s %8s %9s %9s %8s %6s %6s %6s  %s\n", "way", "p50 us", "p99 us",
           m->ratios[0].title, m->ratios[1].title, "cpu us", "server us", "render", "stmts", "trips", "pages",
           "phases, us");
    for (size_t i = 0; i < m->way_count; i++) {
        if (!m->ways[i].pages) continue;
        print_way(m, &m->ways[i]);
        if (r->count++) BUFFER_LITERAL(&r->json, ",\n");
        add_way(&r->json, m, &m->ways[i]);
    }
    fflush(stdout);
}

bool report_end(report *r, const char *path) {
    BUFFER_LITERAL(&r->json, "]}\n");
    FILE *file = r->json.failed ? NULL : fopen(path, "w");
    bool ok = file && fwrite(r->json.ptr, 1, r->json.len, file) == r->json.len;
    if (file && fclose(file)) ok = false;
    if (!ok) fprintf(stderr, "bench: %s: %s\n", path, strerror(errno));
    buffer_free(&r->json);
    return ok;
}
