/*===- AttnHeaderTest.c - the runtime as C sees it ------------------------===*/

#include "runtime/attn.h"

static int64_t no_units(void **descriptors) {
  (void)descriptors;
  return 0;
}

static void run(void **descriptors, int64_t begin, int64_t end, void *scratch) {
  (void)descriptors, (void)begin, (void)end, (void)scratch;
}

/* Launches a kernel of one empty output. */
attn_status launch_from_c(char *message, size_t message_size) {
  attn_size size = {"tokens", -1, -1, 0};
  attn_parameter output = {"o", ATTN_F16, 1, 1, {0}, -1, 0};
  attn_kernel kernel = {"empty", &size, 1, &output, 1, no_units, no_units, run};
  attn_array array = {NULL, ATTN_F16, 1, {0}, {1}};
  attn_launch_options options = {0};
  return attn_launch(&kernel, &array, 1, &options, message, message_size);
}
