#include "../base/error.h"
#include "driver.h"

/* The caller's memory is plain, for C++'s sake; an int is free of locks everywhere. */
void sheaf_cancel(sheaf_cancellation *cancellation) {
    __atomic_store_n(&cancellation->asked, 1, __ATOMIC_RELAXED);
}

bool driver_cancelled(const sheaf_cancellation *cancellation, sheaf_error *err) {
    if (!cancellation || !__atomic_load_n(&cancellation->asked, __ATOMIC_RELAXED)) return false;
    error_set(err, SHEAF_E_CANCELLED, "cancelled");
    return true;
}
