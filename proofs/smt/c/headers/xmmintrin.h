unsigned _mm_getcsr(void);
void _mm_setcsr(unsigned);
