/* C identifiers. A word of C is given a '_', a name that is taken a number. */
#include "gen.h"

/* What means something else wherever it stands: keywords of C17 and C++20, macros of the standard library and
 * of compilers, and types. */
static const char *const words[] = {
    /* C */
    "auto break case char const continue default do double else enum extern float for goto if inline int "
    "long register restrict return short signed sizeof static struct switch typedef union unsigned void "
    "volatile while asm typeof fortran",
    /* C++ */
    "alignas alignof and and_eq bitand bitor bool catch char8_t char16_t char32_t class co_await co_return "
    "co_yield compl concept const_cast consteval constexpr constinit decltype delete dynamic_cast explicit "
    "export false friend module mutable namespace new noexcept not not_eq nullptr operator or or_eq private "
    "protected public reinterpret_cast requires static_assert static_cast template this thread_local throw "
    "true try typeid typename using virtual wchar_t xor xor_eq std",
    /* macros of C's library, of POSIX and of compilers */
    "NULL EOF BUFSIZ FILENAME_MAX FOPEN_MAX L_tmpnam TMP_MAX SEEK_SET SEEK_CUR SEEK_END EXIT_SUCCESS "
    "EXIT_FAILURE RAND_MAX MB_CUR_MAX CLOCKS_PER_SEC TIME_UTC HUGE_VAL HUGE_VALF HUGE_VALL INFINITY NAN "
    "CHAR_BIT CHAR_MIN CHAR_MAX SCHAR_MIN SCHAR_MAX UCHAR_MAX SHRT_MIN SHRT_MAX USHRT_MAX INT_MIN INT_MAX "
    "UINT_MAX LONG_MIN LONG_MAX ULONG_MAX LLONG_MIN LLONG_MAX ULLONG_MAX SIZE_MAX PTRDIFF_MIN PTRDIFF_MAX "
    "INTPTR_MIN INTPTR_MAX UINTPTR_MAX INTMAX_MIN INTMAX_MAX UINTMAX_MAX WCHAR_MIN WCHAR_MAX WINT_MIN "
    "WINT_MAX FLT_MIN FLT_MAX FLT_EPSILON DBL_MIN DBL_MAX DBL_EPSILON LDBL_MIN LDBL_MAX LC_ALL LC_COLLATE "
    "LC_CTYPE LC_MONETARY LC_NUMERIC LC_TIME LC_MESSAGES PATH_MAX NAME_MAX PIPE_BUF SIGABRT SIGFPE SIGILL "
    "SIGINT SIGSEGV SIGTERM SIGHUP SIGKILL SIGPIPE SIG_DFL SIG_IGN SIG_ERR EDOM EILSEQ ERANGE EPERM ENOENT "
    "EINTR EIO EAGAIN ENOMEM EACCES EBUSY EEXIST EINVAL ENOSPC EPIPE F_OK R_OK W_OK X_OK O_RDONLY O_WRONLY "
    "O_RDWR O_CREAT I complex imaginary noreturn errno stdin stdout stderr assert offsetof setjmp va_start "
    "va_end va_arg va_copy isnan isinf isfinite isnormal signbit fpclassify unix linux i386 major minor "
    "makedev TRUE FALSE",
    /* more macros, with what an entity and an attribute make: SIZE_MAX */
    "DBL_DECIMAL_DIG DBL_DIG DBL_HAS_SUBNORM DBL_MANT_DIG DBL_MAX_10_EXP DBL_MAX_EXP DBL_MIN_10_EXP "
    "DBL_MIN_EXP DBL_TRUE_MIN DECIMAL_DIG FE_ALL_EXCEPT FE_DFL_ENV FE_DIVBYZERO FE_DOWNWARD FE_INEXACT "
    "FE_INVALID FE_OVERFLOW FE_TONEAREST FE_TOWARDZERO FE_UNDERFLOW FE_UPWARD FLT_DECIMAL_DIG FLT_DIG "
    "FLT_EVAL_METHOD FLT_HAS_SUBNORM FLT_MANT_DIG FLT_MAX_10_EXP FLT_MAX_EXP FLT_MIN_10_EXP FLT_MIN_EXP "
    "FLT_RADIX FLT_ROUNDS FLT_TRUE_MIN FP_ILOGB0 FP_ILOGBNAN FP_INFINITE FP_NAN FP_NORMAL FP_SUBNORMAL "
    "FP_ZERO INT16_C INT16_MAX INT16_MIN INT32_C INT32_MAX INT32_MIN INT64_C INT64_MAX INT64_MIN INT8_C "
    "INT8_MAX INT8_MIN INTMAX_C INT_FAST16_MAX INT_FAST16_MIN INT_FAST32_MAX INT_FAST32_MIN INT_FAST64_MAX "
    "INT_FAST64_MIN INT_FAST8_MAX INT_FAST8_MIN INT_LEAST16_MAX INT_LEAST16_MIN INT_LEAST32_MAX "
    "INT_LEAST32_MIN INT_LEAST64_MAX INT_LEAST64_MIN INT_LEAST8_MAX INT_LEAST8_MIN LC_ADDRESS "
    "LC_IDENTIFICATION LC_MEASUREMENT LC_NAME LC_PAPER LC_TELEPHONE LDBL_DECIMAL_DIG LDBL_DIG LDBL_EPSILON "
    "LDBL_HAS_SUBNORM LDBL_MANT_DIG LDBL_MAX_10_EXP LDBL_MAX_EXP LDBL_MIN_10_EXP LDBL_MIN_EXP LDBL_TRUE_MIN "
    "MATH_ERREXCEPT MATH_ERRNO MB_LEN_MAX ONCE_FLAG_INIT SIG_ATOMIC_MAX SIG_ATOMIC_MIN TSS_DTOR_ITERATIONS "
    "UINT16_C UINT16_MAX UINT32_C UINT32_MAX UINT64_C UINT64_MAX UINT8_C UINT8_MAX UINTMAX_C "
    "UINT_FAST16_MAX UINT_FAST32_MAX UINT_FAST64_MAX UINT_FAST8_MAX UINT_LEAST16_MAX UINT_LEAST32_MAX "
    "UINT_LEAST64_MAX UINT_LEAST8_MAX isgreater isgreaterequal isless islessequal islessgreater isunordered "
    "WEOF ARG_MAX CHILD_MAX HOST_NAME_MAX IOV_MAX LINE_MAX LINK_MAX LOGIN_NAME_MAX OPEN_MAX RE_DUP_MAX "
    "SSIZE_MAX STREAM_MAX SYMLINK_MAX SYMLOOP_MAX TTY_NAME_MAX TZNAME_MAX CLOCK_BOOTTIME CLOCK_MONOTONIC "
    "CLOCK_REALTIME CLOCK_TAI",
    /* types */
    "size_t ssize_t ptrdiff_t intptr_t uintptr_t intmax_t uintmax_t max_align_t int8_t int16_t int32_t "
    "int64_t uint8_t uint16_t uint32_t uint64_t time_t clock_t wint_t fpos_t div_t ldiv_t off_t pid_t uid_t "
    "gid_t mode_t dev_t ino_t FILE DIR uint ushort ulong quad",
};

/* Functions and variables, which a member of a struct may be called like, but no type and no function. */
static const char *const functions[] = {
    /* C */
    "abort abs acos acosh aligned_alloc asctime asin asinh at_quick_exit atan atan2 atanh atexit atof atoi "
    "atol atoll bsearch cabs cacos calloc carg casin catan cbrt ccos ceil cexp cimag clearerr clock clog "
    "conj copysign cos cosh cpow cproj creal csin csqrt ctan ctime difftime div erf erfc exit exp exp2 "
    "expm1 fabs fclose fdim feof ferror fflush fgetc fgetpos fgets floor fma fmax fmin fmod fopen fprintf "
    "fputc fputs fread free freopen frexp fscanf fseek fsetpos ftell fwrite getc getchar getenv gets gmtime "
    "hypot ilogb isalnum isalpha isblank iscntrl isdigit isgraph islower isprint ispunct isspace isupper "
    "isxdigit labs ldexp ldiv lgamma llabs lldiv llrint llround localeconv localtime log log10 log1p log2 "
    "logb longjmp lrint lround malloc mblen mbstowcs mbtowc memchr memcmp memcpy memmove memset mktime modf "
    "nan nearbyint nextafter nexttoward perror pow printf putc putchar puts qsort quick_exit raise rand "
    "realloc remainder remove remquo rename rewind rint round scalbln scalbn scanf setbuf setlocale setvbuf "
    "signal sin sinh snprintf sprintf sqrt srand sscanf strcat strchr strcmp strcoll strcpy strcspn "
    "strerror strftime strlen strncat strncmp strncpy strpbrk strrchr strspn strstr strtod strtof strtok "
    "strtol strtold strtoll strtoul strtoull strxfrm system tan tanh tgamma time tmpfile tmpnam tolower "
    "toupper trunc ungetc vprintf vfprintf vsprintf vsnprintf vscanf wcslen wmemcpy main",
    /* POSIX and the usual C libraries */
    "accept access acct alarm alloca alphasort atoll basename bcmp bcopy bind brk bzero chdir chmod chown "
    "chroot close closelog connect creat crypt ctermid daemon daylight dirname dprintf drem dup dup2 "
    "encrypt endpwent environ execl execle execlp execv execve execvp fchmod fchown fcntl fdopen ffs fileno "
    "flock fork fstat fsync ftruncate gamma getdate getline getlogin getopt getpid getppid getuid getw glob "
    "gsignal herror hstrerror htonl htons iconv index initgroups initstate insque ioctl isascii isatty j0 "
    "j1 jn kill killpg lchown lfind link listen lockf logout lsearch lseek lstat madvise memmem mempcpy "
    "mkdir mkfifo mknod mktemp mlock mmap mount mprotect msync munlock munmap nice ntohl ntohs open openat "
    "openlog optarg opterr optind optopt pause pclose pipe poll popen pread profil pselect psignal putenv "
    "putw pwrite random read readdir readlink readv reboot recv recvfrom recvmsg regcomp regexec remque "
    "rindex rmdir sbrk scalb scandir seed48 select send sendmsg sendto setenv setgid setsid setuid shutdown "
    "sigaction signgam significand sigpause sleep socket socketpair splice srandom stat statfs step stime "
    "stpcpy strcasecmp strdup strfry strndup strnlen strsep strsignal swab swapoff swapon symlink sync "
    "syscall sysinfo syslog tee telldir tempnam times timezone truncate tsearch ttyname tzname tzset ualarm "
    "umask umount uname unlink unsetenv usleep utime utimes vfork wait wait3 wait4 waitpid write writev y0 "
    "y1 yn",
};

static const char word, function, ours; /* what the map of names points to */

static bool claim_words(gen *g, const char *const *lists, size_t count, const char *what) {
    for (size_t i = 0; i < count; i++) {
        sheaf_slice rest = slice_of(lists[i]);
        while (rest.ptr)
            if (!map_put(&g->names, slice_cut(rest, ' ', &rest), (void *)what, NULL)) return false;
    }
    return true;
}

bool gen_claim_words(gen *g) {
    return claim_words(g, words, sizeof words / sizeof *words, &word) &&
           claim_words(g, functions, sizeof functions / sizeof *functions, &function);
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

sheaf_slice gen_clean(arena *memory, sheaf_slice wanted) {
    char *text = wanted.ptr ? arena_array(memory, wanted.len + 3, 1) : NULL;
    size_t len = 0;
    if (!text) return (sheaf_slice){NULL, 0};
    if (wanted.len && is_digit(wanted.ptr[0])) text[len++] = 'n';
    for (size_t i = 0; i < wanted.len; i++) {
        char c = wanted.ptr[i];
        if (is_letter(c) || is_digit(c))
            text[len++] = c;
        else if (len && text[len - 1] != '_')
            text[len++] = '_';
    }
    while (len && text[len - 1] == '_') len--;
    if (!len) text[len++] = 'x';
    text[len] = '\0';
    return (sheaf_slice){text, len};
}

/* Sheaf's own names begin like this. */
static bool is_sheafs(sheaf_slice name) {
    return slice_starts_with(name, SHEAF_SLICE("sheaf_")) || slice_starts_with(name, SHEAF_SLICE("SHEAF_"));
}

static bool is_word(const gen *g, sheaf_slice name) {
    return map_get(&g->names, name) == &word || slice_starts_with(name, SHEAF_SLICE("SHEAF_"));
}

static bool is_free(const gen *g, sheaf_slice name) {
    return !map_get(&g->names, name) && !is_sheafs(name);
}

sheaf_slice gen_identifier(gen *g, sheaf_slice wanted) {
    sheaf_slice name = gen_clean(g->memory, wanted);
    return name.ptr && is_word(g, name) ? arena_printf(g->memory, "%s_", name.ptr) : name;
}

sheaf_slice gen_claim_stem(gen *g, sheaf_slice wanted, const char *const *endings, size_t count) {
    const sheaf_slice none = {NULL, 0};
    sheaf_slice clean = gen_clean(g->memory, wanted);
    if (clean.ptr && is_sheafs(clean)) clean = arena_printf(g->memory, "x_%s", clean.ptr);
    sheaf_slice stem = clean;
    for (unsigned number = 2; stem.ptr; number++) {
        bool free = true;
        for (size_t i = 0; free && i < count; i++) {
            sheaf_slice name = arena_printf(g->memory, "%s%s", stem.ptr, endings[i]);
            if (!name.ptr) return none;
            free = is_free(g, name);
        }
        if (free) break;
        stem = arena_printf(g->memory, "%s%u", clean.ptr, number);
    }
    for (size_t i = 0; stem.ptr && i < count; i++) {
        sheaf_slice name = arena_printf(g->memory, "%s%s", stem.ptr, endings[i]);
        if (!name.ptr || !map_put(&g->names, name, (void *)&ours, NULL)) return none;
    }
    return stem;
}

sheaf_slice gen_claim(gen *g, sheaf_slice wanted) {
    static const char *const itself[] = {""};
    sheaf_slice name = gen_identifier(g, wanted);
    if (name.ptr && map_get(&g->names, name) == &function) name = arena_printf(g->memory, "%s_", name.ptr);
    if (!name.ptr || is_free(g, name)) {
        bool ok = name.ptr && map_put(&g->names, name, (void *)&ours, NULL);
        return ok ? name : (sheaf_slice){NULL, 0};
    }
    return gen_claim_stem(g, name, itself, 1);
}

sheaf_slice gen_upper(gen *g, sheaf_slice name) {
    sheaf_slice copy = arena_copy(g->memory, name);
    char *text = (char *)copy.ptr;
    for (size_t i = 0; text && i < copy.len; i++)
        if (text[i] >= 'a' && text[i] <= 'z') text[i] = (char)(text[i] - 'a' + 'A');
    return copy;
}
