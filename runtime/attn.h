/*===- attn.h - checking arguments and launching kernels --------*- C -*-===*/
/*
 * The C interface of the runtime, which knows no compiler: a kernel is a
 * description of its parameters and three functions, whether they were compiled
 * in this process or ahead of time. runtime/README.md says what the runtime can
 * and cannot do.
 */

#ifndef ATTN_RUNTIME_ATTN_H
#define ATTN_RUNTIME_ATTN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ATTN_MAX_RANK 4

typedef enum attn_status {
  ATTN_OK = 0,
  ATTN_INVALID_ARGUMENT = 1, /* an array does not fit the kernel */
  ATTN_OUT_OF_MEMORY = 2
} attn_status;

typedef enum attn_type {
  ATTN_F32 = 0,
  ATTN_BF16 = 1,
  ATTN_F16 = 2,
  ATTN_I32 = 3
} attn_type;

/*
 * Strides count elements and are not negative; the last one is 1. The stride of
 * a dimension with at most one element is not read. data may be null where
 * there is no element.
 */
typedef struct attn_array {
  void *data;
  attn_type type;
  int32_t rank;
  int64_t sizes[ATTN_MAX_RANK];
  int64_t strides[ATTN_MAX_RANK];
} attn_array;

/*
 * A size that parameters share, such as the number of keys. One that a single
 * input has is at least 1, unless that is a table with a limit.
 */
typedef struct attn_size {
  const char *name;
  int64_t value;    /* -1: any, as long as all parameters agree */
  int32_t multiple; /* index of a size that must divide this one, or -1 */
  int64_t groups;   /* a number that must divide it too; 0: any */
} attn_size;

/* Limits that are no size: any element; those above -2^30 and below 2^30. */
enum { ATTN_ANYTHING = -1, ATTN_NUMBERS = -2 };

typedef struct attn_parameter {
  const char *name; /* q, k, v, o, lse, or that of a table of the mask */
  attn_type type;
  int32_t rank;
  int32_t is_output;
  int32_t sizes[ATTN_MAX_RANK]; /* indices into attn_kernel.sizes */
  /*
   * What must hold for the elements of an i32 table: they are in [0, the size
   * with index limit], or as one of the values above says; where is_offsets is
   * set, they also begin with 0, never decrease and end with that size.
   */
  int32_t limit;
  int32_t is_offsets;
} attn_parameter;

/*
 * descriptors[k] points at the strided memref descriptor of parameter k:
 * { void *allocated, *aligned; int64_t offset, sizes[rank], strides[rank]; }.
 * Units are pieces of work that write disjoint parts of the outputs; run
 * computes the units [begin, end). scratch holds scratch_bytes(descriptors)
 * bytes, aligned to 64, for one thread alone; units find there what earlier
 * ones left. None of the three is called where there is nothing to write.
 */
typedef struct attn_kernel {
  const char *name;
  const attn_size *sizes;
  int32_t num_sizes;
  const attn_parameter *parameters;
  int32_t num_parameters;
  int64_t (*units)(void **descriptors);
  int64_t (*scratch_bytes)(void **descriptors);
  void (*run)(void **descriptors, int64_t begin, int64_t end, void *scratch);
} attn_kernel;

/* Zero-initialised: all units on all cores. */
typedef struct attn_launch_options {
  int32_t threads;   /* the caller's and others; 0: one for each core */
  int64_t max_units; /* 0: all; otherwise the first units only */
  /*
   * Called about ten times a second, from any thread but one at a time, and
   * once when all is done. May be null; must not throw.
   */
  void (*progress)(void *user, int64_t done, int64_t total);
  void *user;
} attn_launch_options;

/*
 * Checks `arrays`, one for each parameter in order, and computes. On an error
 * nothing is computed and `message`, unless null, receives one line of at most
 * message_size bytes, terminated; otherwise it becomes empty. options may be
 * null. Kernel, arrays and options are read until the call returns, and not
 * kept. Thread-safe, as attn_check is.
 */
attn_status attn_launch(const attn_kernel *kernel, const attn_array *arrays,
                        int32_t num_arrays, const attn_launch_options *options,
                        char *message, size_t message_size);

/*
 * The same checks alone. On success *units, unless null, is the number of units
 * that a launch would compute.
 */
attn_status attn_check(const attn_kernel *kernel, const attn_array *arrays,
                       int32_t num_arrays, int64_t *units, char *message,
                       size_t message_size);

#ifdef __cplusplus
}
#endif

#endif /* ATTN_RUNTIME_ATTN_H */
