#include "measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../src/base/percentile.h"
#include "../src/base/time.h"
#include "rng.h"

static const bench_ratio near_ratios[RATIOS] = {
    {"x floor", "floor_ratio", {"floor"}, false},
    {"lazy/x", "lazy_ratio", {"lazy"}, true},
};
static const bench_ratio far_ratios[RATIOS] = {
    {"x 1-trip", "one_trip_ratio", {"floor reselect", "floor setting"}, false},
    {"levels/x", "levels_ratio", {"sheaf levels"}, true},
};

/* Adds the ways of a list as far as there is room; NULL is an empty list. */
static size_t add_ways(const bench_way **ways, size_t count, const bench_way *const *list) {
    for (; list && *list && count < MEASURE_WAYS_MAX; list++) ways[count++] = *list;
    return count;
}

static bool open_ways(contest *c, const char *url, const bench_way *const *ways, size_t count) {
    for (size_t i = 0; i < count; i++) {
        c->states[i] = ways[i]->open(c->subject, c->place->backend, url);
        c->ways[i] = ways[i];
        if (!c->states[i]) {
            fprintf(stderr, "bench: %s cannot open %s\n", ways[i]->name, c->place->name);
            contest_close(c);
            return false;
        }
        c->count++;
    }
    return true;
}

bool contest_open(contest *c, const bench_subject *subject, const bench_place *place) {
    const bench_way *ways[MEASURE_WAYS_MAX] = {subject->floor[place->backend]};
    size_t count = add_ways(ways, 1, (const bench_way *const[]){subject->compiled, NULL});
    count = add_ways(ways, count, bench_general_ways);
    count = add_ways(ways, count, (const bench_way *const[]){subject->lazy, NULL});
    *c = (contest){.subject = subject, .place = place};
    return open_ways(c, place->url, ways, count);
}

bool contest_open_far(contest *c, const bench_subject *subject, const bench_place *place,
                      const bench_link *link, const bench_distance *distance) {
    const bench_way *ways[MEASURE_WAYS_MAX] = {subject->floor[place->backend]};
    size_t count = add_ways(ways, 1, subject->one_trip);
    count = add_ways(ways, count, bench_far_ways);
    *c = (contest){.subject = subject, .place = place, .distance = distance, .trip_us = link->trip_us};
    return open_ways(c, link->url, ways, count);
}

void contest_close(contest *c) {
    for (size_t i = 0; i < c->count; i++) c->ways[i]->close(c->states[i]);
    c->count = 0;
}

static bool failed(const contest *c, size_t way, const bench_scenario *scenario) {
    fprintf(stderr, "bench: %s failed: %s on %s, %s\n", c->ways[way]->name, c->subject->name, c->place->name,
            scenario->name);
    return false;
}

static bool answer(contest *c, size_t way, const bench_scenario *scenario, const bench_request *q,
                   buffer *json) {
    bench_cost cost = {0};
    buffer_clear(json);
    if (!c->ways[way]->page(c->states[way], q, &cost) || !c->ways[way]->render(c->states[way], json))
        return failed(c, way, scenario);
    return !json->failed;
}

static bool differ(const contest *c, size_t way, const buffer *wanted, const buffer *got) {
    size_t at = 0, end = wanted->len < got->len ? wanted->len : got->len;
    while (at < end && wanted->ptr[at] == got->ptr[at]) at++;
    size_t from = at > 60 ? at - 60 : 0;
    fprintf(stderr, "bench: answers differ at byte %zu (%s on %s)\n  %s: %.*s\n  %s: %.*s\n", at,
            c->subject->name, c->place->name, c->ways[0]->name,
            (int)(wanted->len - from < 160 ? wanted->len - from : 160), wanted->ptr + from,
            c->ways[way]->name, (int)(got->len - from < 160 ? got->len - from : 160), got->ptr + from);
    return false;
}

/* Every way must give the floor's answer to every request. */
static bool compare(contest *c, const bench_scenario *scenario, size_t *ret_bytes) {
    buffer wanted, got;
    buffer_init(&wanted, NULL);
    buffer_init(&got, NULL);
    bool ok = true;
    for (size_t r = 0; ok && r < scenario->request_count; r++) {
        const bench_request *q = &scenario->requests[r];
        ok = answer(c, 0, scenario, q, &wanted);
        if (r == 0) *ret_bytes = wanted.len;
        for (size_t w = 1; ok && w < c->count; w++) {
            ok = answer(c, w, scenario, q, &got);
            if (ok && (wanted.len != got.len || memcmp(wanted.ptr, got.ptr, got.len) != 0))
                ok = differ(c, w, &wanted, &got);
        }
    }
    buffer_free(&wanted);
    buffer_free(&got);
    return ok;
}

typedef struct samples {
    int64_t *wall, *cpu, *render;
    unsigned count;
    bench_cost cost;
    int64_t server_before;
} samples;

/* CPU nanoseconds of the server's process; -1: unknown. */
static int64_t server_cpu(const contest *c, size_t way) {
    int pid = c->ways[way]->backend_pid ? c->ways[way]->backend_pid(c->states[way]) : 0;
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/schedstat", pid);
    FILE *file = pid > 0 ? fopen(path, "r") : NULL;
    long long ns = -1;
    if (file && fscanf(file, "%lld", &ns) != 1) ns = -1;
    if (file) fclose(file);
    return ns;
}

static bool sample(contest *c, size_t way, const bench_request *q, samples *s, buffer *json) {
    const bench_way *w = c->ways[way];
    buffer_clear(json);
    int64_t cpu = clock_cpu_ns(), began = clock_ns();
    bool ok = w->page(c->states[way], q, &s->cost);
    int64_t ended = clock_ns(), cpu_ended = clock_cpu_ns();
    int64_t rendering = clock_ns();
    ok = ok && w->render(c->states[way], json);
    s->render[s->count] = clock_ns() - rendering;
    s->wall[s->count] = ended - began;
    s->cpu[s->count++] = cpu_ended - cpu;
    return ok;
}

static void summarise(contest *c, size_t way, samples *s, measured *m) {
    int64_t server = server_cpu(c, way);
    double pages = s->count;
    *m = (measured){.way = c->ways[way], .pages = s->count};
    if (!s->count) return;
    m->p50_us = (double)percentile_of(s->wall, s->count, 50) / 1e3;
    m->p99_us = (double)percentile_of(s->wall, s->count, 99) / 1e3;
    m->cpu_us = (double)percentile_of(s->cpu, s->count, 50) / 1e3;
    m->render_us = (double)percentile_of(s->render, s->count, 50) / 1e3;
    m->server_cpu_us = server < 0 ? 0 : (double)(server - s->server_before) / 1e3 / pages;
    m->statements = (double)s->cost.statements / pages;
    m->trips = (double)s->cost.trips / pages;
    for (int i = 0; i < BENCH_PHASE_COUNT; i++) m->phase_us[i] = (double)s->cost.phase_ns[i] / 1e3 / pages;
    if (m->way->extras) m->extra_count = m->way->extras(c->states[way], m->extras);
}

static unsigned warm_up_of(unsigned rounds) {
    return rounds / 10 + 10;
}

/* Who takes part in a round, in an order drawn anew, so that nobody always follows the same other. */
static size_t draw_turns(const contest *c, unsigned round, rng *r, size_t *turns) {
    size_t count = 0;
    for (size_t w = 0; w < c->count; w++) {
        if (round % c->ways[w]->every) continue;
        size_t at = (size_t)rng_below(r, (int64_t)++count);
        turns[count - 1] = turns[at];
        turns[at] = w;
    }
    return count;
}

/* Rounds that are not counted come first. */
static bool rounds_of(contest *c, const bench_scenario *scenario, unsigned rounds,
                      const volatile sig_atomic_t *stop, samples *all, buffer *json) {
    unsigned warm_up = warm_up_of(rounds);
    rng order = {rounds};
    bool ok = true;
    for (unsigned r = 0; ok && r < warm_up + rounds && !*stop; r++) {
        if (r == warm_up) {
            for (size_t w = 0; w < c->count; w++) {
                all[w].count = 0;
                all[w].cost = (bench_cost){0};
                all[w].server_before = server_cpu(c, w);
            }
        }
        unsigned round = r < warm_up ? r : r - warm_up;
        const bench_request *q = &scenario->requests[round % scenario->request_count];
        size_t turns[MEASURE_WAYS_MAX] = {0}, turn_count = draw_turns(c, round, &order, turns);
        for (size_t i = 0; ok && i < turn_count; i++)
            ok = sample(c, turns[i], q, &all[turns[i]], json) || failed(c, turns[i], scenario);
    }
    return ok;
}

bool contest_run(contest *c, const bench_scenario *scenario, unsigned rounds,
                 const volatile sig_atomic_t *stop, measurement *ret) {
    samples all[MEASURE_WAYS_MAX] = {0};
    buffer json;
    buffer_init(&json, NULL);
    *ret = (measurement){.subject = c->subject,
                         .place = c->place,
                         .distance = c->distance,
                         .trip_us = c->trip_us,
                         .ratios = c->distance ? far_ratios : near_ratios,
                         .scenario = scenario,
                         .way_count = c->count};
    bool ok = compare(c, scenario, &ret->json_bytes);
    size_t most = rounds > warm_up_of(rounds) ? rounds : warm_up_of(rounds);
    for (size_t w = 0; w < c->count; w++) {
        all[w].wall = memory_new(NULL, most, sizeof(int64_t));
        all[w].cpu = memory_new(NULL, most, sizeof(int64_t));
        all[w].render = memory_new(NULL, most, sizeof(int64_t));
        ok = ok && all[w].wall && all[w].cpu && all[w].render;
    }
    ok = ok && rounds_of(c, scenario, rounds, stop, all, &json);
    for (size_t w = 0; w < c->count; w++) {
        if (ok) summarise(c, w, &all[w], &ret->ways[w]);
        free(all[w].wall);
        free(all[w].cpu);
        free(all[w].render);
    }
    buffer_free(&json);
    return ok;
}

double measured_ratio(const measurement *m, const measured *way, const bench_ratio *ratio) {
    double best = 0;
    for (size_t i = 0; i < m->way_count; i++) {
        const measured *w = &m->ways[i];
        bool is_one = strcmp(w->way->name, ratio->of[0]) == 0 ||
                      (ratio->of[1] && strcmp(w->way->name, ratio->of[1]) == 0);
        if (is_one && w->pages && (best <= 0 || w->p50_us < best)) best = w->p50_us;
    }
    if (best <= 0 || way->p50_us <= 0) return 0;
    return ratio->inverse ? best / way->p50_us : way->p50_us / best;
}
