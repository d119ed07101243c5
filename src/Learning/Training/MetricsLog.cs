using System.Buffers;
using System.Text.Json;

namespace JaccardKernels.Learning;

/// <summary>The metrics of a run, one JSON object a line. Lines are flushed with each checkpoint; resuming cuts off those after it.</summary>
internal sealed class MetricsLog : IDisposable
{
    private readonly FileStream _stream;
    private readonly ArrayBufferWriter<byte> _line = new(512);
    private readonly Utf8JsonWriter _writer;

    /// <summary>Opens the file and keeps its first bytes.</summary>
    /// <exception cref="InvalidDataException">The file is shorter than what is to be kept.</exception>
    public MetricsLog(string path, long keep)
    {
        _stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 1 << 16);
        if (_stream.Length < keep) throw new InvalidDataException($"{path}: has {_stream.Length} bytes; the checkpoint was written after {keep}.");
        _stream.SetLength(keep);
        _stream.Position = keep;
        _writer = new Utf8JsonWriter(_line, new JsonWriterOptions { SkipValidation = true });
    }

    /// <summary>Bytes written.</summary>
    public long Length => _stream.Position;

    /// <summary>Adds a line.</summary>
    public void Write(in TrainingMetrics m)
    {
        _line.ResetWrittenCount();
        _writer.Reset(_line);
        _writer.WriteStartObject();
        _writer.WriteString("phase"u8, m.Phase);
        _writer.WriteNumber("step"u8, m.Step);
        _writer.WriteNumber("loss"u8, m.Loss);
        if (!float.IsNaN(m.Accuracy))
        {
            _writer.WriteNumber("accuracy"u8, m.Accuracy);
        }
        else
        {
            _writer.WriteNumber("triplets"u8, m.Triplets);
            _writer.WriteNumber("active"u8, m.Active);
            if (m.IsOfTriplets)
            {
                _writer.WriteNumber("positiveDistance"u8, m.PositiveDistance);
                _writer.WriteNumber("negativeDistance"u8, m.NegativeDistance);
            }
            _writer.WriteNumber("variance"u8, m.Variance);
            _writer.WriteNumber("saturation"u8, m.Saturation);
            if (m.Collapsed) _writer.WriteBoolean("collapsed"u8, true);
        }
        _writer.WriteNumber("rate"u8, m.Rate);
        if (!float.IsNaN(m.Validation)) _writer.WriteNumber("validation"u8, m.Validation);
        _writer.WriteEndObject();
        _writer.Flush();
        _stream.Write(_line.WrittenSpan);
        _stream.WriteByte((byte)'\n');
    }

    /// <summary>Brings all lines to the disk.</summary>
    public void Flush() => _stream.Flush(flushToDisk: true);

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer.Dispose();
        _stream.Dispose();
    }
}
