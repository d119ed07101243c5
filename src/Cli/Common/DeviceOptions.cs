using System.CommandLine;
using JaccardKernels.Cases;
using JaccardKernels.Engine;
using JaccardKernels.Engine.Gpu;

namespace JaccardKernels.Cli;

/// <summary>Where a verb computes: <c>--device</c> and <c>--threads</c>.</summary>
internal sealed class DeviceOptions
{
    private readonly Option<string> _device;
    private readonly Option<int> _threads;
    private readonly bool _reference;

    /// <summary>Adds the options to a verb.</summary>
    /// <param name="verb">The verb.</param>
    /// <param name="reference">The specification itself may be asked for: plain loops in double precision.</param>
    public DeviceOptions(Command verb, bool reference = false)
    {
        _reference = reference;
        _device = new Option<string>("--device")
        {
            HelpName = reference ? "auto|host|cuda|opencl|reference" : "auto|host|cuda|opencl",
            Description = "Where to compute; cuda:1 is the second one of its kind. auto takes the first usable GPU, else the host.",
            DefaultValueFactory = _ => "auto",
        };
        _threads = new Option<int>("--threads")
        {
            HelpName = "N",
            Description = "Threads of the host; 0 means one for each processor. Results do not depend on it.",
        };
        verb.Options.Add(_device);
        verb.Options.Add(_threads);
    }

    /// <summary>Threads asked for; 0 means one for each processor.</summary>
    /// <exception cref="ArgumentException">The number is negative.</exception>
    public int Threads(VerbContext context)
    {
        int threads = context.Get(_threads);
        return threads >= 0 ? threads : throw new ArgumentException($"--threads is {threads}; the least is 0.");
    }

    /// <summary>Opens the backend asked for.</summary>
    /// <exception cref="ArgumentException">The device is unknown or not there.</exception>
    /// <exception cref="VerbFailedException">The device does not compute what it should.</exception>
    public IBackend Open(VerbContext context)
    {
        int threads = Threads(context);
        string device = context.Get(_device);
        return device switch
        {
            "host" => new HostBackend(threads),
            "auto" => (IBackend?)OpenGpuOrNull(context) ?? new HostBackend(threads),
            "reference" when _reference => new ReferenceBackend(),
            _ when device.Split(':')[0] is "cuda" or "opencl" => OpenGpu(device),
            _ => throw new ArgumentException($"device '{device}' is unknown; there are {_device.HelpName!.Replace("|", ", ", StringComparison.Ordinal)}."),
        };
    }

    private static GpuBackend? OpenGpuOrNull(VerbContext context)
    {
        if (GpuDevices.Enumerate().FirstOrDefault(device => device.Usable && device.IsGpu) is not { } found) return null;
        try
        {
            return GpuDevices.Open(found.Specification);
        }
        catch (InvalidOperationException exception)
        {
            context.Note($"{found.Specification} is refused, the host computes instead: {Failure.OneLine(exception.Message)}");
            return null;
        }
    }

    private static GpuBackend OpenGpu(string device)
    {
        try
        {
            return GpuDevices.Open(device);
        }
        catch (InvalidOperationException exception)
        {
            throw new VerbFailedException($"device '{device}' is refused: {exception.Message}", exception);
        }
    }
}
