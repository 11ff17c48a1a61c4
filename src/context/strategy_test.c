#include "strategy.h"
#include "test.h"

static void links(void **state) {
    (void)state;
    static const struct {
        int64_t us;
        road last, now;
    } cases[] = {
        {0, ROAD_LEVELS, ROAD_LEVELS},   {149, ROAD_LEVELS, ROAD_LEVELS}, {150, ROAD_LEVELS, ROAD_MIDDLE},
        {299, ROAD_LEVELS, ROAD_MIDDLE}, {300, ROAD_LEVELS, ROAD_FAR},    {5000, ROAD_LEVELS, ROAD_FAR},
        {120, ROAD_MIDDLE, ROAD_MIDDLE}, {119, ROAD_MIDDLE, ROAD_LEVELS}, {299, ROAD_MIDDLE, ROAD_MIDDLE},
        {240, ROAD_FAR, ROAD_FAR},       {239, ROAD_FAR, ROAD_MIDDLE},    {120, ROAD_FAR, ROAD_MIDDLE},
        {119, ROAD_FAR, ROAD_LEVELS},    {0, ROAD_FAR, ROAD_LEVELS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        road now = road_of_link(cases[i].us * 1000, cases[i].last);
        if (now != cases[i].now)
            fail_msg("%lld us after %d gave %d, not %d", (long long)cases[i].us, cases[i].last, now,
                     cases[i].now);
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {cmocka_unit_test(links)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
