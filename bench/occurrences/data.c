/* The rows of the occurrence subject, the same ones wherever they are made: all that is random comes from a
 * hash of the table and the row's id. */
#include <stdio.h>

#include "../load.h"
#include "../rng.h"
#include "ways.h"

enum { PROJECTS = 5, DEPLOYMENTS = 60, EVENTS = 2000, TAXA = 1500, ALGORITHMS = 6, PEOPLE = 40 };
enum { OCCURRENCES = 45000, CROWD_EVERY = 3000, CROWD = 400 };
#define SECOND INT64_C(1000000)
#define START  (INT64_C(1704067200) * SECOND) /* 2024-01-01 */

enum { TAXON, PERSON, OCCURRENCE, DETECTION, CLASSIFICATION, IDENTIFICATION };

/* Half of them on a coarse grid, so that there are ties. */
static double score(rng *r) {
    double fine = rng_unit(r);
    return rng_chance(r, 500) ? (double)(int)(fine * 20) / 20 : fine;
}

int64_t occurrences_number(double scale) {
    int64_t n = (int64_t)(OCCURRENCES * scale);
    return n < 1000 ? 1000 : n;
}

/* In groups of four that were made at once; a third of the groups within a second. */
int64_t occurrences_created_at(int64_t id) {
    int64_t group = id / 4;
    return START + group * 2700 * SECOND + (group % 3 == 0 ? 123456 : 0);
}

static bool is_crowd(int64_t occurrence) {
    return occurrence % CROWD_EVERY == CROWD_EVERY / 2;
}

static int detection_count(int64_t occurrence) {
    static const int often[] = {1, 1, 1, 2, 2, 2, 3, 3, 4, 8};
    rng r = rng_for(DETECTION, -occurrence);
    if (is_crowd(occurrence)) return CROWD;
    return rng_chance(&r, 54) ? 0 : often[rng_below(&r, 10)];
}

static int classification_count(int64_t detection) {
    static const int often[] = {1, 2, 2, 2, 3};
    rng r = rng_for(CLASSIFICATION, -detection);
    return often[rng_below(&r, 5)];
}

/* Two words out of syllables, some not ASCII. */
static void latin(rng *r, char *out, size_t room) {
    static const char *const syllables[] = {"ac", "le",  "ri",  "no",  "thy", "mo",
                                            "ca", "pha", "lis", "tro", "vë",  "dus"};
    const char *s[6];
    for (int i = 0; i < 6; i++) s[i] = syllables[rng_below(r, 12)];
    snprintf(out, room, "%s%s%s %s%s%s", s[0], s[1], s[2], s[3], s[4], s[5]);
    if (out[0] >= 'a') out[0] = (char)(out[0] - 'a' + 'A');
}

static void small_tables(load *l) {
    char text[96];
    load_table(l, "project", "id, name");
    for (int64_t i = 1; i <= PROJECTS; i++) {
        snprintf(text, sizeof text, "Survey %c", (char)('A' + i - 1));
        load_int(l, i), load_text(l, text), load_row(l);
    }
    load_table(l, "deployment", "id, project_id, name");
    for (int64_t i = 1; i <= DEPLOYMENTS; i++) {
        snprintf(text, sizeof text, "Station %02d \"%s\"", (int)i, i % 2 ? "Édge of the wood" : "Meadow");
        load_int(l, i), load_int(l, 1 + (i - 1) % PROJECTS), load_text(l, text), load_row(l);
    }
    load_table(l, "event", "id, deployment_id, name, started_at");
    for (int64_t i = 1; i <= EVENTS; i++) {
        snprintf(text, sizeof text, "Night %d", (int)(1 + i / DEPLOYMENTS));
        load_int(l, i), load_int(l, 1 + (i - 1) % DEPLOYMENTS), load_text(l, text);
        load_time(l, START + i / DEPLOYMENTS * 10 * 86400 * SECOND + 79200 * SECOND), load_row(l);
    }
    static const char *const ranks[] = {"SPECIES", "SPECIES", "SPECIES", "GENUS", "FAMILY", "ORDER"};
    load_table(l, "taxon", "id, name, rank");
    for (int64_t i = 1; i <= TAXA; i++) {
        rng r = rng_for(TAXON, i);
        latin(&r, text, sizeof text);
        load_int(l, i), load_text(l, text), load_text(l, ranks[rng_below(&r, 6)]), load_row(l);
    }
    load_table(l, "algorithm", "id, name");
    for (int64_t i = 1; i <= ALGORITHMS; i++) {
        snprintf(text, sizeof text, "%s classifier %d", i <= 2 ? "Moth or not" : "Species", (int)i);
        load_int(l, i), load_text(l, text), load_row(l);
    }
    load_table(l, "person", "id, name");
    for (int64_t i = 1; i <= PEOPLE; i++) {
        rng r = rng_for(PERSON, i);
        latin(&r, text, sizeof text);
        load_int(l, i), load_text(l, text), load_row(l);
    }
}

/* Nearly three quarters, and all that have a crowd, are of the first project. */
static void occurrence_rows(load *l, int64_t count) {
    load_table(l, "occurrence",
               "id, project_id, deployment_id, event_id, taxon_id, determination_score, created_at");
    for (int64_t i = 1; i <= count; i++) {
        rng r = rng_for(OCCURRENCE, i);
        int64_t project = rng_chance(&r, 720) || is_crowd(i) ? 1 : 2 + rng_below(&r, PROJECTS - 1);
        int64_t deployment = project + PROJECTS * rng_below(&r, DEPLOYMENTS / PROJECTS);
        int64_t night = i * (EVENTS / DEPLOYMENTS) / (count + 1);
        bool determined = !rng_chance(&r, 80);
        load_int(l, i), load_int(l, project);
        load_id(l, rng_chance(&r, 10) ? 0 : deployment);
        load_id(l, rng_chance(&r, 20) ? 0 : deployment + DEPLOYMENTS * night);
        load_id(l, determined ? 1 + rng_below(&r, TAXA) : 0);
        if (determined)
            load_float(l, score(&r));
        else
            load_null(l);
        load_time(l, occurrences_created_at(i)), load_row(l);
    }
}

static int64_t detection_rows(load *l, int64_t occurrences) {
    int64_t id = 0;
    char path[96];
    load_table(l, "detection", "id, occurrence_id, path, \"timestamp\"");
    for (int64_t o = 1; o <= occurrences; o++) {
        int64_t taken = occurrences_created_at(o) - 86400 * SECOND;
        for (int i = 0, n = detection_count(o); i < n; i++) {
            rng r = rng_for(DETECTION, ++id);
            if (!rng_chance(&r, 150))
                taken += (rng_below(&r, 40) - 10) * SECOND; /* ties, and not in the order of ids */
            snprintf(path, sizeof path, "detections/%08llx/%lld%s.jpg",
                     (unsigned long long)rng_next(&r) >> 32, (long long)o,
                     rng_chance(&r, 5) ? "\t\"crop\"" : "");
            load_int(l, id), load_int(l, o);
            if (rng_chance(&r, 100))
                load_null(l);
            else
                load_text(l, path);
            if (rng_chance(&r, 20))
                load_null(l);
            else
                load_time(l, taken);
            load_row(l);
        }
    }
    return id;
}

/* The first of a detection is the filter's, the second a species; the third anybody's. */
static void classification_rows(load *l, int64_t occurrences) {
    int64_t id = 0, detection = 0;
    load_table(l, "classification", "id, detection_id, taxon_id, algorithm_id, score, terminal");
    for (int64_t o = 1; o <= occurrences; o++) {
        bool unscored = o % 50 == 7;
        for (int i = 0, n = detection_count(o); i < n; i++) {
            detection++;
            for (int k = 0, m = classification_count(detection); k < m; k++) {
                rng r = rng_for(CLASSIFICATION, ++id);
                int64_t algorithm = k == 0   ? 1 + rng_below(&r, 2)
                                    : k == 1 ? 3 + rng_below(&r, 4)
                                             : 1 + rng_below(&r, ALGORITHMS);
                load_int(l, id), load_int(l, detection), load_int(l, 1 + rng_below(&r, TAXA));
                load_int(l, algorithm);
                if (unscored || rng_chance(&r, 15))
                    load_null(l);
                else
                    load_float(l, score(&r));
                load_bool(l, algorithm > 2 && !rng_chance(&r, 100)), load_row(l);
            }
        }
    }
}

static void identification_rows(load *l, int64_t occurrences) {
    int64_t id = 0;
    load_table(l, "identification", "id, occurrence_id, taxon_id, user_id, withdrawn, created_at");
    for (int64_t o = 1; o <= occurrences; o++) {
        rng choice = rng_for(IDENTIFICATION, -o);
        int64_t count = rng_chance(&choice, 300) ? 1 + rng_below(&choice, 3) : 0;
        int64_t made = occurrences_created_at(o);
        for (int64_t i = 0; i < count; i++) {
            rng r = rng_for(IDENTIFICATION, ++id);
            if (!rng_chance(&r, 300)) made += rng_below(&r, 100000) * SECOND;
            load_int(l, id), load_int(l, o), load_id(l, rng_chance(&r, 50) ? 0 : 1 + rng_below(&r, TAXA));
            load_int(l, 1 + rng_below(&r, PEOPLE)), load_bool(l, rng_chance(&r, 150));
            load_time(l, made), load_row(l);
        }
    }
}

bool occurrences_load(const bench_subject *subject, bench_backend backend, const char *url, double scale) {
    load *l = load_open(backend, url);
    if (!l) return false;
    load_migrate(l, subject);
    int64_t count = occurrences_number(scale);
    small_tables(l);
    occurrence_rows(l, count);
    detection_rows(l, count);
    classification_rows(l, count);
    identification_rows(l, count);
    return load_close(l);
}
