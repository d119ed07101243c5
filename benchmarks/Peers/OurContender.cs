using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Peers;

/// <summary>The host backend.</summary>
internal sealed class OurContender : IContender
{
    public string Name => "JaccardKernels";

    public PreparedWork Prepare(PeerWork work, int threads)
    {
        var backend = new HostBackend(threads);
        var data = new PeerData();
        switch (work.Operation)
        {
            case "Gemm":
                var gemm = GemmProblem.Parse(work.Problem);
                DeviceBuffer a = Upload(backend, data.Floats(gemm.LengthA)), b = Upload(backend, data.Floats(gemm.LengthB));
                DeviceBuffer c = backend.Allocate(gemm.LengthC * 4L);
                return new(() => backend.Gemm(gemm, Floats(a), Floats(b), default, Floats(c)), () => [Download(backend, c)], a, b, c, backend);
            case "ConvolutionForward" or PeerWork.Training:
                return Convolution(backend, ConvolutionProblem.Parse(work.Problem), data, work.Operation == PeerWork.Training);
            case "CountSimilarity":
                var counts = SimilarityProblem.Parse(work.Problem);
                DeviceBuffer labels = Upload(backend, data.Counts(counts.M * counts.Classes)), matrix = backend.Allocate(4L * counts.M * counts.N);
                DeviceSpan<int> all = labels.Slice<int>(0, counts.M * counts.Classes);
                return new(() => backend.CountSimilarity(counts, all, all, Floats(matrix)), () => [Download(backend, matrix)], labels, matrix, backend);
            case "SetSimilarity":
                var sets = SimilarityProblem.Parse(work.Problem);
                ulong[] bits = LabelBits.Pack(data.Counts(sets.M * sets.Classes), sets.Classes);
                DeviceBuffer packed = Upload(backend, bits), similarity = backend.Allocate(4L * sets.M * sets.N);
                DeviceSpan<ulong> rows = packed.Slice<ulong>(0, bits.Length);
                return new(() => backend.SetSimilarity(sets, rows, rows, Floats(similarity)), () => [Download(backend, similarity)], packed, similarity, backend);
            case "BatchAllTripletLoss":
                return Triplets(backend, BatchAllTripletProblem.Parse(work.Problem), data);
            case "HammingTopK":
                return Search(backend, HammingProblem.Parse(work.Problem), data);
            case PeerWork.NetworkInference:
                return OurNetwork.Inference(backend, work);
            case PeerWork.NetworkStep:
                return OurNetwork.Step(backend, work);
            default:
                throw new ArgumentException($"work '{work}' is unknown.", nameof(work));
        }
    }

    private static PreparedWork Convolution(HostBackend backend, ConvolutionProblem p, PeerData data, bool trains)
    {
        DeviceBuffer x = Upload(backend, data.Floats(p.LengthX)), w = Upload(backend, data.Floats(p.LengthW)), y = backend.Allocate(p.LengthY * 4L);
        if (!trains)
            return new(() => backend.ConvolutionForward(p, Floats(x), Floats(w), default, Floats(y)), () => [Download(backend, y)], x, w, y, backend);
        DeviceBuffer dy = Upload(backend, data.Floats(p.LengthY)), dx = backend.Allocate(p.LengthX * 4L), dw = backend.Allocate(p.LengthW * 4L);
        return new(
            () =>
            {
                backend.ConvolutionForward(p, Floats(x), Floats(w), default, Floats(y));
                backend.ConvolutionBackwardData(p, Floats(dy), Floats(w), Floats(dx));
                // The gradient of weights accumulates.
                backend.Fill(new ElementwiseProblem(p.LengthW), 0f, Floats(dw));
                backend.ConvolutionBackwardWeights(p, Floats(x), Floats(dy), Floats(dw));
            },
            () => [Download(backend, y), Download(backend, dx), Download(backend, dw)], x, w, y, dy, dx, dw, backend);
    }

    private static PreparedWork Triplets(HostBackend backend, BatchAllTripletProblem p, PeerData data)
    {
        DeviceBuffer embeddings = Upload(backend, data.Floats(p.LengthEmbeddings)), similarity = Upload(backend, data.Similarity(p.Batch));
        DeviceBuffer gradient = backend.Allocate(p.LengthEmbeddings * 4L), statistics = backend.Allocate(TripletStatistics.Values * 4L);
        DeviceBuffer counts = backend.Allocate(TripletStatistics.Counts * 8L);
        DeviceSpan<long> counted = counts.Slice<long>(0, TripletStatistics.Counts);
        return new(
            () => backend.BatchAllTripletLoss(p, Floats(embeddings), Floats(similarity), Floats(gradient), Floats(statistics), counted),
            () => [[Download(backend, statistics)[0]], Download(backend, gradient)], embeddings, similarity, gradient, statistics, counts, backend);
    }

    private static PreparedWork Search(HostBackend backend, HammingProblem p, PeerData data)
    {
        DeviceBuffer database = Upload(backend, data.Codes(p.LengthDatabase)), queries = Upload(backend, data.Codes(p.LengthQueries));
        DeviceBuffer distances = backend.Allocate(p.LengthResult * 4L), rows = backend.Allocate(p.LengthResult * 4L);
        DeviceSpan<ulong> codes = database.Slice<ulong>(0, p.LengthDatabase), asked = queries.Slice<ulong>(0, p.LengthQueries);
        DeviceSpan<int> nearest = distances.Slice<int>(0, p.LengthResult), found = rows.Slice<int>(0, p.LengthResult);
        return new(() => backend.HammingTopK(p, asked, codes, nearest, found), Distances, database, queries, distances, rows, backend);

        IReadOnlyList<float[]> Distances()
        {
            int[] values = new int[p.LengthResult];
            backend.Download(nearest, values);
            return [[.. values.Select(value => (float)value)]];
        }
    }

    private static DeviceSpan<float> Floats(DeviceBuffer buffer) => buffer.Slice<float>(0, (int)(buffer.Bytes / sizeof(float)));

    private static DeviceBuffer Upload<T>(HostBackend backend, T[] values)
        where T : unmanaged
    {
        DeviceBuffer buffer = backend.Allocate(values.Length * (long)System.Runtime.CompilerServices.Unsafe.SizeOf<T>());
        backend.Upload<T>(values, buffer.Slice<T>(0, values.Length));
        return buffer;
    }

    private static float[] Download(HostBackend backend, DeviceBuffer buffer)
    {
        float[] values = new float[buffer.Bytes / sizeof(float)];
        backend.Download(Floats(buffer), values);
        return values;
    }
}
