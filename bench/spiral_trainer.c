// The spiral's training step by hand: 2-100-3, batches of 32, softmax cross-entropy, gradient descent; the peer of
// spiral_b32_sgd. nnc_bench_spiral_c [STEPS] prints {"us_per_step", "loss"}. Batches are gathered before the clock
// starts. Plain loops whose innermost index runs over samples (forward) or hidden units (backward), so that no sum runs
// along a vector; the compiler makes vector code of them.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { kBatch = 32, kHidden = 100, kClasses = 3, kBatches = 93, kRows = 3000 };
enum { kTile = 16, kPadded = 112 };  // hidden units are updated by tiles; those past kHidden are zeros and stay so

typedef struct {
  float w1[2][kPadded], b1[kPadded], w2[kClasses][kPadded], b2[kClasses];
} Net;

typedef struct {
  float x[2][kBatch];
  int label[kBatch];
} Batch;

static float Uniform(float low, float high) { return low + (high - low) * (float)rand() / (float)RAND_MAX; }

static void FillUniform(float* values, int count, float bound) {
  for (int i = 0; i < count; ++i) values[i] = Uniform(-bound, bound);
}

// Row `row` of the course's three arms.
static void Point(int row, float* x, float* y, int* label) {
  const int arm = row / 1000;
  const float pi = 3.14159265f, t = (float)(row % 1000) / 999.0f;
  const float noise = sqrtf(-2.0f * logf(Uniform(1e-6f, 1.0f))) * cosf(Uniform(0.0f, 2.0f * pi));
  const float angle = 2.0f * pi / 3.0f * ((float)arm + 2.0f * t) + 0.2f * noise;
  *x = t * sinf(angle);
  *y = t * cosf(angle);
  *label = arm;
}

// An epoch of shuffled batches.
static void Gather(Batch* batches) {
  static int order[kRows];
  for (int i = 0; i < kRows; ++i) order[i] = i;
  for (int i = kRows - 1; i > 0; --i) {
    const int j = rand() % (i + 1), swapped = order[i];
    order[i] = order[j];
    order[j] = swapped;
  }
  for (int i = 0; i < kBatches * kBatch; ++i) {
    Batch* batch = &batches[i / kBatch];
    const int at = i % kBatch;
    Point(order[i], &batch->x[0][at], &batch->x[1][at], &batch->label[at]);
  }
}

// Logits of all samples; each unit's values are made when they are needed and never stored.
static void Forward(const Net* net, const Batch* batch, float logit[kClasses][kBatch]) {
  for (int c = 0; c < kClasses; ++c) {
    for (int i = 0; i < kBatch; ++i) logit[c][i] = net->b2[c];
  }
  for (int j = 0; j < kHidden; ++j) {
    for (int i = 0; i < kBatch; ++i) {
      const float a = net->b1[j] + batch->x[0][i] * net->w1[0][j] + batch->x[1][i] * net->w1[1][j];
      const float h = a > 0 ? a : 0;
      for (int c = 0; c < kClasses; ++c) logit[c][i] += h * net->w2[c][j];
    }
  }
}

// The mean cross-entropy; logits become their derivatives.
static float Loss(const Batch* batch, float logit[kClasses][kBatch]) {
  float loss = 0;
  for (int i = 0; i < kBatch; ++i) {
    const int label = batch->label[i];
    const float top = fmaxf(fmaxf(logit[0][i], logit[1][i]), logit[2][i]);
    float total = 0;
    loss += top - logit[label][i];
    for (int c = 0; c < kClasses; ++c) total += logit[c][i] = expf(logit[c][i] - top);
    loss += logf(total);
    for (int c = 0; c < kClasses; ++c) logit[c][i] /= total * kBatch;
    logit[label][i] -= 1.0f / kBatch;
  }
  return loss / kBatch;
}

// The gradients of a tile of hidden units, which stay in registers, and their update.
static void UpdateUnits(Net* net, const Batch* batch, float dlogit[kClasses][kBatch], float lr, int first) {
  float *w1x = net->w1[0] + first, *w1y = net->w1[1] + first, *b1 = net->b1 + first;
  float *w2a = net->w2[0] + first, *w2b = net->w2[1] + first, *w2c = net->w2[2] + first;
  float dw1x[kTile] = {0}, dw1y[kTile] = {0}, db1[kTile] = {0}, dw2a[kTile] = {0}, dw2b[kTile] = {0}, dw2c[kTile] = {0};
  for (int i = 0; i < kBatch; ++i) {
    const float x = batch->x[0][i], y = batch->x[1][i], da = dlogit[0][i], db = dlogit[1][i], dc = dlogit[2][i];
    for (int j = 0; j < kTile; ++j) {
      const float a = b1[j] + x * w1x[j] + y * w1y[j], h = a > 0 ? a : 0;
      const float dh = da * w2a[j] + db * w2b[j] + dc * w2c[j], d = a > 0 ? dh : 0;
      dw2a[j] += da * h;
      dw2b[j] += db * h;
      dw2c[j] += dc * h;
      db1[j] += d;
      dw1x[j] += x * d;
      dw1y[j] += y * d;
    }
  }
  for (int j = 0; j < kTile; ++j) {
    w1x[j] -= lr * dw1x[j];
    w1y[j] -= lr * dw1y[j];
    b1[j] -= lr * db1[j];
    w2a[j] -= lr * dw2a[j];
    w2b[j] -= lr * dw2b[j];
    w2c[j] -= lr * dw2c[j];
  }
}

// One step of gradient descent; the loss before it.
static float Step(Net* net, const Batch* batch, float lr) {
  float logit[kClasses][kBatch];
  Forward(net, batch, logit);
  const float loss = Loss(batch, logit);
  for (int first = 0; first < kPadded; first += kTile) UpdateUnits(net, batch, logit, lr, first);
  for (int c = 0; c < kClasses; ++c) {
    for (int i = 0; i < kBatch; ++i) net->b2[c] -= lr * logit[c][i];
  }
  return loss;
}

static double Seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int main(int count, char** arguments) {
  const int steps = count > 1 ? atoi(arguments[1]) : 93000;
  static Batch batches[kBatches];
  static Net net;
  Gather(batches);
  for (int i = 0; i < 2; ++i) FillUniform(net.w1[i], kHidden, sqrtf(0.5f));
  FillUniform(net.b1, kHidden, sqrtf(0.5f));
  for (int c = 0; c < kClasses; ++c) FillUniform(net.w2[c], kHidden, 0.1f);
  FillUniform(net.b2, kClasses, 0.1f);
  double loss = 0;
  const double start = Seconds();
  for (int step = 0; step < steps; ++step) {
    const float of_step = Step(&net, &batches[step % kBatches], 1e-2f);
    if (step >= steps - kBatches) loss += of_step / kBatches;
  }
  const double seconds = Seconds() - start;
  printf("{\"us_per_step\": %.4f, \"loss\": %.6f}\n", 1e6 * seconds / steps, loss);
}
