using JaccardKernels.Engine;

namespace JaccardKernels.Learning;

/// <summary>
/// Brings the batches of a loader to the input of a plan. While the device works on one, the next travels, if it is loaded by then: what is
/// computed does not depend on whether it was, and an image that cannot be loaded surfaces where its batch is asked for.
/// </summary>
internal sealed class BatchUploader : IDisposable
{
    private readonly BatchLoader _loader;
    private readonly StagedUpload _upload;
    private int[] _indices, _nextIndices;
    private bool _ahead;

    /// <summary>Takes over a loader.</summary>
    /// <param name="backend">Where the plan is.</param>
    /// <param name="loader">The batches; this object's to dispose.</param>
    /// <param name="batch">Images of a batch.</param>
    /// <param name="pixels">Elements of an image.</param>
    public BatchUploader(IBackend backend, BatchLoader loader, int batch, int pixels)
    {
        _loader = loader;
        (_indices, _nextIndices) = (new int[batch], new int[batch]);
        try
        {
            _upload = backend.StageUpload<float>(checked(batch * pixels));
        }
        catch
        {
            loader.Dispose();
            throw;
        }
    }

    /// <summary>Queues the upload of the next batch; returns the numbers of its images, valid until the next call.</summary>
    /// <exception cref="InvalidDataException">An image of the batch could not be loaded.</exception>
    public int[] Next(DeviceSpan<float> input)
    {
        if (!_ahead) Start(_loader.Next());
        _upload.Place(input);
        _ahead = false;
        (_indices, _nextIndices) = (_nextIndices, _indices);
        return _indices;
    }

    /// <summary>
    /// Sends the next batch on its way, if it is loaded and was not sent before; to be called once the work on the present one is queued.
    /// </summary>
    public void Prefetch()
    {
        if (!_ahead && _loader.TryNext(out ImageBatch batch)) Start(batch);
    }

    public void Dispose()
    {
        _loader.Dispose();
        _upload.Dispose();
    }

    private void Start(in ImageBatch batch)
    {
        batch.Indices.CopyTo(_nextIndices, 0);
        _upload.Start<float>(batch.Pixels);
        _ahead = true;
    }
}
