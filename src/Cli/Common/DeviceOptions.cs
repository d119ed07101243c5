using System.CommandLine;
using JaccardKernels.Cases;
using JaccardKernels.Engine;
using JaccardKernels.Engine.Gpu;
using JaccardKernels.Problems;

namespace JaccardKernels.Cli;

/// <summary>Where and how a verb computes: <c>--device</c>, <c>--threads</c> and <c>--math</c>.</summary>
internal sealed class DeviceOptions
{
    private readonly Option<string> _device;
    private readonly Option<int> _threads;
    private readonly Option<string> _math;
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
        _math = new Option<string>("--math")
        {
            HelpName = string.Join('|', ProductMaths.Names),
            Description = "What products may trade for speed: exact forbids Winograd's convolutions, tf32 and bf16 round factors on a GPU.",
            DefaultValueFactory = _ => ProductMaths.NameOf(ProductMath.Fp32),
        };
        verb.Options.Add(_device);
        verb.Options.Add(_threads);
        verb.Options.Add(_math);
    }

    /// <summary>Threads asked for; 0 means one for each processor.</summary>
    /// <exception cref="ArgumentException">The number is negative.</exception>
    public int Threads(VerbContext context)
    {
        int threads = context.Get(_threads);
        return threads >= 0 ? threads : throw new ArgumentException($"--threads is {threads}; the least is 0.");
    }

    /// <summary>Opens the backend asked for.</summary>
    /// <param name="context">The verb's.</param>
    /// <param name="tuned">Let tuned choices decide how a GPU computes.</param>
    /// <exception cref="ArgumentException">The device or the mode of products is unknown, not there, or the one has not the other.</exception>
    /// <exception cref="VerbFailedException">The device does not compute what it should.</exception>
    /// <exception cref="InvalidDataException">The user's tuning file is broken.</exception>
    public IBackend Open(VerbContext context, bool tuned = true)
    {
        ProductMath math = ProductMaths.Parse(context.Get(_math));
        IBackend backend = OpenDevice(context, tuned);
        try
        {
            backend.ProductMath = math;
            return backend;
        }
        catch (NotSupportedException exception)
        {
            backend.Dispose();
            throw new ArgumentException($"--math is {ProductMaths.NameOf(math)}; {exception.Message}", exception);
        }
    }

    private IBackend OpenDevice(VerbContext context, bool tuned)
    {
        int threads = Threads(context);
        string device = context.Get(_device);
        return device switch
        {
            "host" => new HostBackend(threads),
            "auto" => (IBackend?)OpenGpuOrNull(context, tuned) ?? new HostBackend(threads),
            "reference" when _reference => new ReferenceBackend(),
            _ when device.Split(':')[0] is "cuda" or "opencl" => OpenGpu(device, tuned),
            _ => throw new ArgumentException($"device '{device}' is unknown; there are {_device.HelpName!.Replace("|", ", ", StringComparison.Ordinal)}."),
        };
    }

    private static GpuBackend? OpenGpuOrNull(VerbContext context, bool tuned)
    {
        if (GpuDevices.Enumerate().FirstOrDefault(device => device.Usable && device.IsGpu) is not { } found) return null;
        try
        {
            return Open(found.Specification, tuned);
        }
        catch (InvalidOperationException exception)
        {
            context.Note($"{found.Specification} is refused, the host computes instead: {Failure.OneLine(exception.Message)}");
            return null;
        }
    }

    private static GpuBackend OpenGpu(string device, bool tuned)
    {
        try
        {
            return Open(device, tuned);
        }
        catch (InvalidOperationException exception)
        {
            throw new VerbFailedException($"device '{device}' is refused: {exception.Message}", exception);
        }
    }

    private static GpuBackend Open(string device, bool tuned) => tuned ? GpuDevices.Open(device) : GpuDevices.OpenUntuned(device);
}
