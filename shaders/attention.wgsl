// Tiled attention with an online softmax: softmax(q k^T * scale) v without the
// score matrix in memory.
//
// FlashAttention-2 (Dao 2023), loop order of its algorithm 1: a workgroup owns
// a tile of queries and walks over the keys. Online softmax: Milakov and
// Gimelshein 2018, algorithm 3.
//
// LANES neighbouring threads share ROWS_PER_THREAD query rows and split their
// elements: a thread keeps every LANES-th chunk (four elements) of those rows of
// q and of the output in registers. Keys and values come tile by tile through
// workgroup memory; each chunk read from there serves ROWS_PER_THREAD rows.
// Four keys are scored together, the parts of their scores are added up across
// the lanes, and the output is rescaled once for the four.
//
// The lanes are a quad of the subgroup. Drivers fill the subgroups of a flat
// workgroup in order, so that four threads in a row are a quad.
//
// Lines that begin with an at sign after the slashes repeat or leave out what
// they enclose (`kernels::template`): only names known while compiling are sure
// to be registers; an indexed local array would be memory.
{{ enable }}
struct Info {
    // Numbers of things.
    heads: u32,
    queries: u32,
    keys: u32,
    // log2(e) * scale as the bits of an f32: scores are kept in base 2.
    score_scale: u32,
    // Elements from one batch, head and token to the next.
    query_batch_stride: u32,
    query_head_stride: u32,
    query_token_stride: u32,
    key_batch_stride: u32,
    key_head_stride: u32,
    key_token_stride: u32,
    value_batch_stride: u32,
    value_head_stride: u32,
    value_token_stride: u32,
    // Up to a multiple of 16 bytes, which a uniform needs.
    padding_0: u32,
    padding_1: u32,
    padding_2: u32,
}

// [batch, heads, queries, head_size], rows without gaps, strides in `info`
@group(0) @binding(0) var<storage, read_write> query: array<{{ storage }}>;
// [batch, heads, keys, head_size], the same
@group(0) @binding(1) var<storage, read_write> key: array<{{ storage }}>;
// [batch, heads, keys, head_size], the same
@group(0) @binding(2) var<storage, read_write> value: array<{{ storage }}>;
// [batch, queries, heads, head_size], contiguous: heads come last but one, as
// the projection after attention wants them
@group(0) @binding(3) var<storage, read_write> output: array<{{ storage }}>;
//@ if masked
// [batch, keys], contiguous, 0 where a key does not count
@group(0) @binding(4) var<storage, read_write> key_mask: array<u32>;
//@ end
// Sizes and strides of this launch
@group(0) @binding({{ info_binding }}) var<uniform> info: Info;

// Elements: the size of a head; and the chunks of four that it takes.
const HEAD_SIZE: u32 = {{ head_size }}u;
const CHUNKS: u32 = {{ chunks }}u;
// Threads that share rows: a quad, or one where the device has no quads.
const LANES: u32 = {{ lanes }}u;
// Chunks in a row of the tile: CHUNKS up to a multiple of LANES.
const STRIDE: u32 = {{ stride }}u;
// Rows in the registers of a thread, as many as they hold without spilling.
const ROWS_PER_THREAD: u32 = {{ rows_per_thread }}u;
// Threads of a workgroup.
const THREADS: u32 = {{ threads }}u;
// Query rows of a workgroup.
const ROWS: u32 = ROWS_PER_THREAD * THREADS / LANES;
// Keys in workgroup memory at a time: as many fours as fit into the 16 KiB that
// WebGPU promises.
const KEY_TILE: u32 = {{ key_tile }}u;
// Below every score that can occur, yet finite: the difference of two of these
// is 0 and not NaN.
const LOWEST: f32 = -3.0e38;

// Keys and values of the tile, [KEY_TILE, STRIDE]; zero beyond the end.
var<workgroup> key_tile: array<vec4<f32>, KEY_TILE * STRIDE>;
var<workgroup> value_tile: array<vec4<f32>, KEY_TILE * STRIDE>;
// 1 where a key of the tile counts, 0 where it is masked or beyond the end;
// [KEY_TILE / 4], four keys each.
var<workgroup> key_counts: array<vec4<f32>, KEY_TILE / 4u>;

//@ for tensor in query key value
// Elements `offset + 4 * chunk` and the next three of `$tensor`; zero beyond
// the head's end.
fn load_$tensor(offset: u32, chunk: u32) -> vec4<f32> {
    //@ if padded
    if chunk >= CHUNKS { return vec4<f32>(0.0); }
    //@ end
    //@ if aligned
    return vec4<f32>($tensor[offset / 4u + chunk]);
    //@ else
    let at = offset + 4u * chunk;
    var out = vec4<f32>(f32($tensor[at]), 0.0, 0.0, 0.0);
    if 4u * chunk + 1u < HEAD_SIZE { out.y = f32($tensor[at + 1u]); }
    if 4u * chunk + 2u < HEAD_SIZE { out.z = f32($tensor[at + 2u]); }
    if 4u * chunk + 3u < HEAD_SIZE { out.w = f32($tensor[at + 3u]); }
    return out;
    //@ end
}
//@ end

fn store_output(offset: u32, chunk: u32, out: vec4<f32>) {
    //@ if padded
    if chunk >= CHUNKS { return; }
    //@ end
    //@ if aligned
    output[offset / 4u + chunk] = {{ storage }}(out);
    //@ else
    let at = offset + 4u * chunk;
    output[at] = {{ storage }}(out.x);
    if 4u * chunk + 1u < HEAD_SIZE { output[at + 1u] = {{ storage }}(out.y); }
    if 4u * chunk + 2u < HEAD_SIZE { output[at + 2u] = {{ storage }}(out.z); }
    if 4u * chunk + 3u < HEAD_SIZE { output[at + 3u] = {{ storage }}(out.w); }
    //@ end
}

fn counts(batch: u32, token: u32) -> f32 {
    if token >= info.keys { return 0.0; }
    //@ if masked
    return select(0.0, 1.0, key_mask[batch * info.keys + token] != 0u);
    //@ else
    return 1.0;
    //@ end
}

@compute @workgroup_size({{ threads }}, 1, 1)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let lane = thread % LANES;
    let head = workgroup.y;
    let batch = workgroup.z;
    let query_base = batch * info.query_batch_stride + head * info.query_head_stride;
    let key_base = batch * info.key_batch_stride + head * info.key_head_stride;
    let value_base = batch * info.value_batch_stride + head * info.value_head_stride;
    let score_scale = bitcast<f32>(info.score_scale);

    // A thread past the last row works on the last row and stores nothing: it
    // is needed at the barriers. Rows of a thread lie THREADS / LANES apart.
    //@ for r in rows
    let row_$r = workgroup.x * ROWS + $ru * (THREADS / LANES) + thread / LANES;
    let query_offset_$r = query_base + min(row_$r, info.queries - 1u) * info.query_token_stride;
    //@ for c in chunks
    let q_$r_$c = load_query(query_offset_$r, $cu * LANES + lane) * score_scale;
    var out_$r_$c = vec4<f32>(0.0);
    //@ end
    var highest_$r = LOWEST;
    var total_$r = 0.0;
    //@ end

    for (var first = 0u; first < info.keys; first += KEY_TILE) {
        // Nobody still reads the tile before.
        workgroupBarrier();
        for (var slot = thread; slot < KEY_TILE * STRIDE; slot += THREADS) {
            let token = first + slot / STRIDE;
            let chunk = slot % STRIDE;
            var k = vec4<f32>(0.0);
            var v = vec4<f32>(0.0);
            if token < info.keys {
                k = load_key(key_base + token * info.key_token_stride, chunk);
                v = load_value(value_base + token * info.value_token_stride, chunk);
            }
            key_tile[slot] = k;
            value_tile[slot] = v;
        }
        for (var four = thread; four < KEY_TILE / 4u; four += THREADS) {
            let token = first + 4u * four;
            key_counts[four] = vec4<f32>(
                counts(batch, token),
                counts(batch, token + 1u),
                counts(batch, token + 2u),
                counts(batch, token + 3u),
            );
        }
        workgroupBarrier();

        let fours = (min(KEY_TILE, info.keys - first) + 3u) / 4u;
        for (var four = 0u; four < fours; four += 1u) {
            let at = 4u * four * STRIDE + lane;

            // This thread's part of the scores of four keys.
            //@ for r in rows
            var score_$r = vec4<f32>(0.0);
            //@ end
            //@ for c in chunks
            //@ for j in 0 1 2 3
            let k_$c_$j = key_tile[at + $ju * STRIDE + $cu * LANES];
            //@ end
            //@ for r in rows
            score_$r += vec4<f32>(
                //@ for j in 0 1 2 3
                dot(q_$r_$c, k_$c_$j),
                //@ end
            );
            //@ end
            //@ end

            let counting = key_counts[four];
            //@ for r in rows
            //@ if quads
            score_$r += quadSwapX(score_$r);
            score_$r += quadSwapY(score_$r);
            //@ end
            score_$r = select(vec4<f32>(LOWEST), score_$r, counting > vec4<f32>(0.0));
            let peak_$r = max(
                highest_$r,
                max(max(score_$r.x, score_$r.y), max(score_$r.z, score_$r.w)),
            );
            let shrink_$r = exp2(highest_$r - peak_$r);
            highest_$r = peak_$r;
            // The factor makes a masked key's weight exactly zero, also while
            // every key so far is masked and the exponent is 0.
            let weight_$r = exp2(score_$r - vec4<f32>(peak_$r)) * counting;
            total_$r = total_$r * shrink_$r + dot(weight_$r, vec4<f32>(1.0));
            //@ end

            //@ for c in chunks
            //@ for j in 0 1 2 3
            let v_$c_$j = value_tile[at + $ju * STRIDE + $cu * LANES];
            //@ end
            //@ for r in rows
            out_$r_$c = out_$r_$c * shrink_$r
                + weight_$r.x * v_$c_0 + weight_$r.y * v_$c_1
                + weight_$r.z * v_$c_2 + weight_$r.w * v_$c_3;
            //@ end
            //@ end
        }
    }

    //@ for r in rows
    if row_$r < info.queries {
        // A row without a key that counts gives zeros, not 0 / 0.
        let normalize = select(0.0, 1.0 / total_$r, total_$r > 0.0);
        let offset = ((batch * info.queries + row_$r) * info.heads + head) * HEAD_SIZE;
        //@ for c in chunks
        store_output(offset, $cu * LANES + lane, out_$r_$c * normalize);
        //@ end
    }
    //@ end
}
