/* SPDX-License-Identifier: BSD-3-Clause */
/* How do several threads share one large call?
 *
 * A call is cut into pieces; the caller and the workers take them, one after the other.  Elements
 * are independent and random words belong to their index, so that results do not depend on who
 * took what.  One call at a time is shared: who comes meanwhile works alone.  Workers are made when
 * first needed, wait for ever, and are made again in the child of a fork, which has none. */
#include "calls/nfnp_calls.h"
#include <pthread.h>
#include <stdatomic.h>

enum { PIECE = 1 << 15, MOST_WORKERS = 1023 };

typedef struct shared_call {
    nfnp_part *part;
    const void *argument;
    npy_intp n;
    nf_env env;
    _Atomic npy_intp next; /* first element that nobody has taken */
    _Atomic uint32_t flags;
    unsigned cost;
    _Atomic bool stopped;
} shared_call;

static _Atomic int threads = 1; /* that a call may use */

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER; /* held by the caller that shares */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards what follows */
static pthread_cond_t begun = PTHREAD_COND_INITIALIZER, ended = PTHREAD_COND_INITIALIZER;
static int workers;          /* that exist */
static int wanted, working;  /* that may still join this call; that are in it */
static shared_call *current; /* NULL between calls */

void nfnp_set_threads(int n)
{
    atomic_store(&threads, n);
}

/* Elements [start, start + count), in pieces of about PIECE units of work. */
static bool do_range(const shared_call *c, npy_intp start, npy_intp count, nf_env *env)
{
    npy_intp most = PIECE / c->cost;
    uint64_t first = env->index;
    for (npy_intp i = 0, n; i < count; i += n) {
        n = count - i < most ? count - i : most;
        env->index = first + (uint64_t)i;
        c->part(c->argument, start + i, n, env);
        if (nf_should_stop((uint64_t)n * c->cost) || atomic_load(&c->stopped))
            return false;
    }
    return true;
}

static void take_pieces(shared_call *c)
{
    while (!atomic_load(&c->stopped)) {
        npy_intp start = atomic_fetch_add(&c->next, PIECE);
        if (start >= c->n)
            return;
        nf_env env = c->env;
        env.index += (uint64_t)start;
        if (!do_range(c, start, c->n - start < PIECE ? c->n - start : PIECE, &env))
            atomic_store(&c->stopped, true);
        atomic_fetch_or(&c->flags, env.flags);
    }
}

static void *work(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&lock);
    for (;;) {
        while (current == NULL || wanted == 0)
            pthread_cond_wait(&begun, &lock);
        shared_call *c = current;
        wanted--, working++;
        pthread_mutex_unlock(&lock);
        take_pieces(c);
        pthread_mutex_lock(&lock);
        if (--working == 0)
            pthread_cond_signal(&ended);
    }
    return NULL;
}

/* In the child of a fork only the forking thread exists, and nobody holds a lock that it may not.
 */
static void forget_workers(void)
{
    pthread_mutex_init(&turn, NULL);
    pthread_mutex_init(&lock, NULL);
    pthread_cond_init(&begun, NULL);
    pthread_cond_init(&ended, NULL);
    workers = wanted = working = 0;
    current = NULL;
}

static void make_workers(int n)
{
    static bool registered;
    if (!registered)
        registered = pthread_atfork(NULL, NULL, forget_workers) == 0;
    while (workers < n && workers < MOST_WORKERS) {
        pthread_t thread;
        if (!registered || pthread_create(&thread, NULL, work, NULL) != 0)
            return; /* fewer share the work */
        pthread_detach(thread);
        workers++;
    }
}

static void share(shared_call *c, int helpers)
{
    pthread_mutex_lock(&lock);
    make_workers(helpers);
    current = c;
    wanted = helpers < workers ? helpers : workers;
    pthread_cond_broadcast(&begun);
    pthread_mutex_unlock(&lock);
    take_pieces(c);
    pthread_mutex_lock(&lock);
    current = NULL;
    wanted = 0;
    while (working > 0)
        pthread_cond_wait(&ended, &lock);
    pthread_mutex_unlock(&lock);
}

bool nfnp_alone(nfnp_part *part, const void *argument, npy_intp n, unsigned cost, nf_env *env)
{
    shared_call c = {.part = part, .argument = argument, .n = n, .cost = cost};
    return do_range(&c, 0, n, env);
}

bool nfnp_in_parts(nfnp_part *part, const void *argument, npy_intp n, unsigned cost, nf_env *env)
{
    int helpers = atomic_load_explicit(&threads, memory_order_relaxed) - 1;
    if (helpers <= 0 || n < 2 * PIECE || pthread_mutex_trylock(&turn) != 0) {
        return nfnp_alone(part, argument, n, cost, env);
    }
    npy_intp pieces = n / PIECE;
    shared_call c = {.part = part, .argument = argument, .n = n, .env = *env, .cost = cost};
    c.env.flags = 0;
    share(&c, helpers < pieces ? helpers : (int)pieces);
    env->flags |= atomic_load(&c.flags);
    pthread_mutex_unlock(&turn);
    return !atomic_load(&c.stopped);
}
