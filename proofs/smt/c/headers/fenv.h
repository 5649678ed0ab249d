typedef int fenv_t;
#define FE_DFL_ENV ((const fenv_t *)0)
int fegetenv(fenv_t *);
int fesetenv(const fenv_t *);
