#include "progress.h"

#include <time.h>

#include "fail.h"
#include "text.h"

#define BAR_WIDTH    40
#define REDRAW_NS    UINT64_C(50000000)
#define STEPS_A_LOOK 256 /* how often the clock is asked */

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void draw(progress *p) {
    char done[TEXT_COUNT_SIZE], total[TEXT_COUNT_SIZE];
    p->drawn_ns = now_ns();
    text_count(p->done, done);
    if (!p->total) {
        fprintf(p->out, "\r%-8s %s %s", p->label, done, p->unit);
    } else {
        static const char full[BAR_WIDTH + 1] = "########################################";
        uint64_t part = p->done < p->total ? p->done : p->total;
        int width = (int)(part * BAR_WIDTH / p->total);
        fprintf(p->out, "\r%-8s [%-*.*s] %3d %%  %s of %s %s", p->label, BAR_WIDTH, width, full,
                (int)(part * 100 / p->total), done, text_count(p->total, total), p->unit);
    }
    fflush(p->out);
}

void progress_begin(progress *p, const char *label, const char *unit, uint64_t total) {
    p->label = label;
    p->unit = unit;
    p->total = total;
    p->done = 0;
    p->drawn_ns = 0;
}

bool progress_step(progress *p, sheaf_error *err) {
    if (!p) return true;
    p->done++;
    if (p->stop && *p->stop) return fail(err, SHEAF_E_STATE, "interrupted");
    if (p->out && p->done % STEPS_A_LOOK == 0 && now_ns() - p->drawn_ns > REDRAW_NS) draw(p);
    return true;
}

void progress_end(progress *p) {
    if (!p->out) return;
    fputs("\r\033[K", p->out);
    fflush(p->out);
}
