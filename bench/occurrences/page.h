/* page.h: the occurrence page as plain structs, and what the hand-written ways share: choosing, stitching,
 * rendering. */
#ifndef BENCH_OCCURRENCES_PAGE_H
#define BENCH_OCCURRENCES_PAGE_H

#include "../bench.h"
#include "../idset.h"

enum {
    PAGE_ROWS_MAX = 100,
    PAGE_TAXA_MAX = 3 * PAGE_ROWS_MAX,
    PAGE_CANDIDATES_MAX = 16 * PAGE_ROWS_MAX, /* an algorithm each */
};

/* Ids start at 1: 0 is "none". Text belongs to the way. */
typedef struct taxon {
    sheaf_slice name, rank;
} taxon;

typedef struct event {
    sheaf_slice name;
    int64_t started_at;
} event;

typedef struct detection {
    int64_t id, timestamp; /* INT64_MAX: none, so that it sorts last */
    sheaf_slice path;
} detection;

typedef struct prediction {
    int64_t id, taxon_id, algorithm_id;
    double score;
    bool terminal;
    const taxon *taxon;
    const sheaf_slice *algorithm;
    struct prediction *next; /* the best of another algorithm of the same occurrence */
} prediction;

typedef struct identification {
    int64_t id, taxon_id, user_id, created_at;
    const taxon *taxon;
    const sheaf_slice *user;
} identification;

typedef struct occurrence {
    int64_t id, created_at, deployment_id, event_id, taxon_id;
    double score;
    bool scored;
    const sheaf_slice *deployment;
    const event *event;
    const taxon *determination;
    detection first_detection;          /* id 0: none */
    prediction *candidates;             /* the best of each algorithm */
    prediction *best_prediction;        /* NULL: none */
    identification best_identification; /* id 0: none */
} occurrence;

/* What a row names is at the place that its id has in the set. */
typedef struct page {
    occurrence rows[PAGE_ROWS_MAX];
    size_t count;
    bool numbered;
    int64_t total; /* where numbered */
    prediction candidates[PAGE_CANDIDATES_MAX];
    size_t candidate_count;
    taxon taxa[PAGE_TAXA_MAX];
    event events[PAGE_ROWS_MAX];
    sheaf_slice deployments[PAGE_ROWS_MAX], algorithms[PAGE_ROWS_MAX], people[PAGE_ROWS_MAX];
    idset occurrence_ids, deployment_ids, event_ids, taxon_ids, algorithm_ids, person_ids;
} page;

void page_clear(page *p, const bench_request *request);

/* Takes an occurrence; false: the page is full. */
bool page_add(page *p, const occurrence *o);

/* True where this detection is before the one that stands. */
static inline bool page_is_first(const occurrence *o, int64_t id, int64_t timestamp) {
    const detection *d = &o->first_detection;
    return !d->id || timestamp < d->timestamp || (timestamp == d->timestamp && id < d->id);
}

static inline bool page_is_latest(const occurrence *o, int64_t id, int64_t created_at) {
    const identification *i = &o->best_identification;
    return !i->id || created_at > i->created_at || (created_at == i->created_at && id > i->id);
}

/* Keeps the prediction if it is the best of its algorithm so far; false: there is no room. */
bool page_offer(page *p, occurrence *o, const prediction *candidate);
/* The best of the candidates of each occurrence; then the sets hold what the chosen ones name. */
void page_choose(page *p);
/* Ids become pointers. */
void page_stitch(page *p);

/* The occurrence that a child belongs to. */
static inline occurrence *page_owner(page *p, int64_t id) {
    return &p->rows[idset_find(&p->occurrence_ids, id)];
}

bool page_render(const page *p, buffer *json);

/* What reading an attribute of a struct costs. */
size_t page_extras(const page *p, bench_extra *out);

#endif
