using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Learning;

/// <summary>
/// What a training's loss has besides triplets, so that codes lose less: the squared distance of embeddings from their signs, and that from what their
/// composite codes stand for (L_quant of Mojoo, Kurita 2021), for which a quantizer is learned from all embeddings every so many steps.
/// </summary>
internal sealed class QuantizationTerms : IDisposable
{
    private const string CodebooksKey = "quantizer.codebooks", StartKey = "quantizer.start";

    private readonly IBackend _backend;
    private readonly TrainingOptions _options;
    private readonly int _rows, _dimensions;
    private readonly DeviceBuffer _loss;
    private readonly DeviceBuffer? _start, _words, _codes, _targets;
    private readonly byte[] _hostCodes = [];
    private readonly float[] _hostTargets = [], _value = new float[1];
    private AdditiveCodebooks? _codebooks, _startCodebooks;

    /// <summary>Allocates for batches of embeddings <c>[rows,D]</c>.</summary>
    public QuantizationTerms(IBackend backend, TrainingOptions options, int rows)
    {
        (_backend, _options, _rows, _dimensions) = (backend, options, rows, options.Network.Dimensions);
        _loss = backend.Allocate<float>(1);
        if (options.QuantizeBits == 0) return;
        int codebooks = options.QuantizeBits / 8;
        (_hostCodes, _hostTargets) = (new byte[rows * codebooks], new float[rows * _dimensions]);
        int words = codebooks * AdditiveCodebooks.Codewords * _dimensions;
        (_start, _words) = (backend.Allocate<float>(words), backend.Allocate<float>(words));
        (_codes, _targets) = (backend.Allocate<byte>(_hostCodes.Length), backend.Allocate<float>(_hostTargets.Length));
    }

    /// <summary>Before this step a quantizer is to be learned.</summary>
    public bool LearnsBefore(int step) => _options.QuantizeBits > 0 && step > 0 && step % _options.QuantizeEvery == 0;

    /// <summary>Learns it from all embeddings <c>[N,D]</c>.</summary>
    public void Learn(ReadOnlySpan<float> embeddings)
    {
        CompositeOptions options = QuantizerSpec.CompositeOf(_options.QuantizeBits, _dimensions, _options.Seed);
        CompositeQuantizer quantizer = CompositeQuantizer.Train(_backend, embeddings, _dimensions, options);
        Use(quantizer.Start, quantizer.Codebooks);
    }

    /// <summary>Adds the gradients of the terms; returns what the terms add to the loss.</summary>
    public float Add(DeviceSpan<float> embeddings, DeviceSpan<float> gradient)
    {
        float loss = 0;
        if (_options.Binarise > 0)
            loss += Term(new QuantizationLossProblem(_rows, _dimensions, _options.Binarise, signs: true), embeddings, default, gradient);
        if (_codebooks is null) return loss;
        _backend.CompositeEncoding(Encoding(sweeps: 0, greedy: true), embeddings, _start!.As<float>(), _codes!.As<byte>());
        _backend.CompositeEncoding(Encoding(CompositeQuantizer.DefaultSweeps, greedy: false), embeddings, _words!.As<float>(), _codes!.As<byte>());
        _backend.Download(_codes!.As<byte>(), _hostCodes.AsSpan());
        _codebooks.Reconstruct(_hostCodes, _hostTargets);
        _backend.Upload<float>(_hostTargets, _targets!.As<float>());
        // The mean is over halves too.
        float weight = _options.QuantizeWeight / QuantizerSpec.HalvesOf(_dimensions);
        return loss + Term(new QuantizationLossProblem(_rows, _dimensions, weight), embeddings, _targets!.As<float>(), gradient);
    }

    /// <summary>Adds what a run needs to continue.</summary>
    public void Save(SafetensorsFile file)
    {
        if (_codebooks is null) return;
        file.Add(CodebooksKey, _codebooks.Values, _codebooks.Count, AdditiveCodebooks.Codewords, _dimensions);
        file.Add(StartKey, _startCodebooks!.Values, _codebooks.Count, AdditiveCodebooks.Codewords, _dimensions);
    }

    /// <summary>Continues a run.</summary>
    /// <exception cref="InvalidDataException">The codebooks have another shape.</exception>
    public void Restore(SafetensorsFile file)
    {
        if (_options.QuantizeBits > 0 && file.TryGet(CodebooksKey, out StoredArray? codebooks)) Use(Codebooks(file[StartKey]), Codebooks(codebooks));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _loss.Dispose();
        _start?.Dispose();
        _words?.Dispose();
        _codes?.Dispose();
        _targets?.Dispose();
    }

    private AdditiveCodebooks Codebooks(StoredArray stored)
    {
        stored.RequireShape(_options.QuantizeBits / 8, AdditiveCodebooks.Codewords, _dimensions);
        return new AdditiveCodebooks(stored.ToSingle(), _dimensions);
    }

    private void Use(AdditiveCodebooks start, AdditiveCodebooks codebooks)
    {
        (_startCodebooks, _codebooks) = (start, codebooks);
        _backend.Upload(start.Values, _start!.As<float>());
        _backend.Upload(codebooks.Values, _words!.As<float>());
    }

    private CompositeEncodingProblem Encoding(int sweeps, bool greedy) =>
        new(_rows, _dimensions, _codebooks!.Count, AdditiveCodebooks.Codewords, sweeps, _options.Seed, greedy);

    private float Term(in QuantizationLossProblem problem, DeviceSpan<float> embeddings, DeviceSpan<float> targets, DeviceSpan<float> gradient)
    {
        _backend.QuantizationLoss(problem, embeddings, targets, _loss.As<float>(), gradient);
        _backend.Download(_loss.As<float>(), _value.AsSpan());
        return problem.Weight * _value[0];
    }
}
