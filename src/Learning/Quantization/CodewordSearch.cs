using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>Vectors on a backend, and the search for the codewords that stand for them.</summary>
internal sealed class CodewordSearch : IDisposable
{
    private readonly IBackend _backend;
    private readonly int _count, _dimensions;
    private readonly DeviceBuffer _vectors, _words, _codes;

    /// <summary>Uploads vectors <c>[N,D]</c>.</summary>
    /// <param name="backend">Where to search; not owned.</param>
    /// <param name="vectors">[N,D], at least one.</param>
    /// <param name="dimensions">D.</param>
    /// <param name="codebooks">M.</param>
    public CodewordSearch(IBackend backend, ReadOnlySpan<float> vectors, int dimensions, int codebooks)
    {
        (_backend, _dimensions, _count) = (backend, dimensions, vectors.Length / dimensions);
        _vectors = backend.Allocate<float>(vectors.Length);
        _words = backend.Allocate<float>(codebooks * AdditiveCodebooks.Codewords * dimensions);
        _codes = backend.Allocate<byte>(_count * codebooks);
        backend.Upload(vectors, _vectors.As<float>());
    }

    /// <summary>Improves codes <c>[N,M]</c> over codebooks <c>[M,K,D]</c> by sweeps.</summary>
    public void Improve(ReadOnlySpan<float> codebooks, Span<byte> codes, int sweeps, int seed) => Run(codebooks, codes, sweeps, seed, greedy: false);

    /// <summary>Overwrites codes <c>[N,M]</c>: chosen one after the other, then improved by sweeps.</summary>
    public void Find(ReadOnlySpan<float> codebooks, Span<byte> codes, int sweeps, int seed) => Run(codebooks, codes, sweeps, seed, greedy: true);

    /// <inheritdoc/>
    public void Dispose()
    {
        _vectors.Dispose();
        _words.Dispose();
        _codes.Dispose();
    }

    private void Run(ReadOnlySpan<float> codebooks, Span<byte> codes, int sweeps, int seed, bool greedy)
    {
        var problem = new CompositeEncodingProblem(
            _count, _dimensions, codes.Length / _count, AdditiveCodebooks.Codewords, sweeps, seed, greedy);
        _backend.Upload(codebooks, _words.As<float>());
        _backend.Upload<byte>(codes, _codes.As<byte>());
        _backend.CompositeEncoding(problem, _vectors.As<float>(), _words.As<float>(), _codes.As<byte>());
        _backend.Download(_codes.As<byte>(), codes);
    }
}
