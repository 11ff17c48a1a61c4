#include "page.h"

#include "../../src/base/time.h"
#include "../text.h"

void page_clear(page *p, const bench_request *request) {
    p->count = 0;
    p->candidate_count = 0;
    p->numbered = request->numbered;
    p->total = 0;
    idset_clear(&p->occurrence_ids, (uint32_t)request->limit);
    idset_clear(&p->deployment_ids, (uint32_t)request->limit);
    idset_clear(&p->event_ids, (uint32_t)request->limit);
    idset_clear(&p->taxon_ids, 3 * (uint32_t)request->limit);
    idset_clear(&p->algorithm_ids, (uint32_t)request->limit);
    idset_clear(&p->person_ids, (uint32_t)request->limit);
}

bool page_add(page *p, const occurrence *o) {
    if (p->count == PAGE_ROWS_MAX) return false;
    p->rows[p->count++] = *o;
    idset_add(&p->occurrence_ids, o->id);
    idset_add(&p->deployment_ids, o->deployment_id);
    idset_add(&p->event_ids, o->event_id);
    idset_add(&p->taxon_ids, o->taxon_id);
    return true;
}

bool page_offer(page *p, occurrence *o, const prediction *candidate) {
    prediction *c = o->candidates;
    while (c && c->algorithm_id != candidate->algorithm_id) c = c->next;
    if (!c) {
        if (p->candidate_count == PAGE_CANDIDATES_MAX) return false;
        c = &p->candidates[p->candidate_count++];
        *c = *candidate;
        c->next = o->candidates;
        o->candidates = c;
        return true;
    }
    /* Of an algorithm's rows only those with its maximum score stay; of these the page's order decides. */
    if (candidate->score < c->score) return true;
    if (candidate->score == c->score) {
        if (candidate->terminal < c->terminal) return true;
        if (candidate->terminal == c->terminal && candidate->id < c->id) return true;
    }
    prediction *next = c->next;
    *c = *candidate;
    c->next = next;
    return true;
}

static bool before(const prediction *a, const prediction *b) {
    if (a->terminal != b->terminal) return a->terminal;
    if (a->score != b->score) return a->score > b->score;
    return a->id > b->id;
}

void page_choose(page *p) {
    for (size_t i = 0; i < p->count; i++) {
        occurrence *o = &p->rows[i];
        for (prediction *c = o->candidates; c; c = c->next) {
            if (!o->best_prediction || before(c, o->best_prediction)) o->best_prediction = c;
        }
        if (o->best_prediction) {
            idset_add(&p->taxon_ids, o->best_prediction->taxon_id);
            idset_add(&p->algorithm_ids, o->best_prediction->algorithm_id);
        }
        idset_add(&p->taxon_ids, o->best_identification.taxon_id);
        idset_add(&p->person_ids, o->best_identification.user_id);
    }
}

void page_stitch(page *p) {
    for (size_t i = 0; i < p->count; i++) {
        occurrence *o = &p->rows[i];
        prediction *best = o->best_prediction;
        identification *latest = &o->best_identification;
        if (o->deployment_id)
            o->deployment = &p->deployments[idset_find(&p->deployment_ids, o->deployment_id)];
        if (o->event_id) o->event = &p->events[idset_find(&p->event_ids, o->event_id)];
        if (o->taxon_id) o->determination = &p->taxa[idset_find(&p->taxon_ids, o->taxon_id)];
        if (best) {
            best->taxon = &p->taxa[idset_find(&p->taxon_ids, best->taxon_id)];
            best->algorithm = &p->algorithms[idset_find(&p->algorithm_ids, best->algorithm_id)];
        }
        if (latest->taxon_id) latest->taxon = &p->taxa[idset_find(&p->taxon_ids, latest->taxon_id)];
        if (latest->id) latest->user = &p->people[idset_find(&p->person_ids, latest->user_id)];
    }
}

static char *name_object(char *at, const sheaf_slice *name) {
    at = TEXT_LITERAL(at, "{\"name\":");
    at = text_string(at, *name);
    *at++ = '}';
    return at;
}

static char *null(char *at) {
    return TEXT_LITERAL(at, "null");
}

static char *prediction_object(char *at, const prediction *p) {
    at = TEXT_LITERAL(at, "{\"score\":");
    at = text_float(at, p->score);
    at = p->terminal ? TEXT_LITERAL(at, ",\"terminal\":true") : TEXT_LITERAL(at, ",\"terminal\":false");
    at = TEXT_LITERAL(at, ",\"taxon\":");
    at = name_object(at, &p->taxon->name);
    at = TEXT_LITERAL(at, ",\"algorithm\":");
    at = name_object(at, p->algorithm);
    *at++ = '}';
    return at;
}

static char *identification_object(char *at, const identification *i) {
    at = TEXT_LITERAL(at, "{\"created_at\":");
    at = text_time(at, i->created_at);
    at = TEXT_LITERAL(at, ",\"taxon\":");
    at = i->taxon ? name_object(at, &i->taxon->name) : null(at);
    at = TEXT_LITERAL(at, ",\"user\":");
    at = name_object(at, i->user);
    *at++ = '}';
    return at;
}

static char *event_object(char *at, const event *e) {
    at = TEXT_LITERAL(at, "{\"name\":");
    at = text_string(at, e->name);
    at = TEXT_LITERAL(at, ",\"started_at\":");
    at = text_time(at, e->started_at);
    *at++ = '}';
    return at;
}

static char *determination_object(char *at, const taxon *t) {
    at = TEXT_LITERAL(at, "{\"name\":");
    at = text_string(at, t->name);
    at = TEXT_LITERAL(at, ",\"rank\":");
    at = text_string(at, t->rank);
    *at++ = '}';
    return at;
}

/* What an occurrence takes at most: its text, and less than 1,024 bytes of everything else. */
static size_t room(const occurrence *o) {
    size_t len = o->first_detection.path.len;
    if (o->deployment) len += o->deployment->len;
    if (o->event) len += o->event->name.len;
    if (o->determination) len += o->determination->name.len + o->determination->rank.len;
    if (o->best_prediction) len += o->best_prediction->taxon->name.len + o->best_prediction->algorithm->len;
    if (o->best_identification.id) {
        len += o->best_identification.user->len;
        if (o->best_identification.taxon) len += o->best_identification.taxon->name.len;
    }
    return TEXT_STRING_ROOM(len) + 1024;
}

static char *occurrence_object(char *at, const occurrence *o) {
    at = TEXT_LITERAL(at, "{\"id\":");
    at = text_int(at, o->id);
    at = TEXT_LITERAL(at, ",\"created_at\":");
    at = text_time(at, o->created_at);
    at = TEXT_LITERAL(at, ",\"determination_score\":");
    at = o->scored ? text_float(at, o->score) : null(at);
    at = TEXT_LITERAL(at, ",\"deployment\":");
    at = o->deployment ? name_object(at, o->deployment) : null(at);
    at = TEXT_LITERAL(at, ",\"event\":");
    at = o->event ? event_object(at, o->event) : null(at);
    at = TEXT_LITERAL(at, ",\"determination\":");
    at = o->determination ? determination_object(at, o->determination) : null(at);
    at = TEXT_LITERAL(at, ",\"first_detection\":");
    if (o->first_detection.id) {
        at = TEXT_LITERAL(at, "{\"path\":");
        at = text_string(at, o->first_detection.path);
        *at++ = '}';
    } else {
        at = null(at);
    }
    at = TEXT_LITERAL(at, ",\"best_prediction\":");
    at = o->best_prediction ? prediction_object(at, o->best_prediction) : null(at);
    at = TEXT_LITERAL(at, ",\"best_identification\":");
    at = o->best_identification.id ? identification_object(at, &o->best_identification) : null(at);
    *at++ = '}';
    return at;
}

bool page_render(const page *p, buffer *json) {
    BUFFER_LITERAL(json, "{\"occurrences\":[");
    for (size_t i = 0; i < p->count; i++) {
        if (!buffer_reserve(json, room(&p->rows[i]) + 1)) return false;
        char *at = json->ptr + json->len;
        if (i) *at++ = ',';
        at = occurrence_object(at, &p->rows[i]);
        json->len = (size_t)(at - json->ptr);
    }
    BUFFER_LITERAL(json, "]");
    if (p->numbered) {
        BUFFER_LITERAL(json, ",\"occurrences_count\":");
        buffer_int(json, p->total);
    }
    BUFFER_LITERAL(json, "}");
    return !json->failed;
}

size_t page_extras(const page *p, bench_extra *out) {
    enum { ROUNDS = 20000, READS = 3 };
    if (!p->count) return 0;
    volatile double sink;
    double sum = 0;
    int64_t began = clock_ns();
    for (int i = 0; i < ROUNDS; i++) {
        for (size_t k = 0; k < p->count; k++) {
            const occurrence *o = &p->rows[k];
            sum += o->score + (double)o->created_at + (double)o->first_detection.path.len;
        }
        __asm__ volatile("" ::: "memory"); /* the next round loads again */
    }
    int64_t took = clock_ns() - began;
    sink = sum;
    (void)sink;
    *out = (bench_extra){"attribute read", "ns", (double)took / ((double)ROUNDS * READS * (double)p->count)};
    return 1;
}
