namespace JaccardKernels.Engine;

/// <summary>
/// What a backend on a device of its own can tell about time: how long the device took, without the host's share, and how much of memory its
/// last cache holds. Optional: a backend that computes on the host has its clock.
/// </summary>
public interface IDeviceTimer
{
    /// <summary>The device takes the time of its own work; where it does not, only the host's clock is left.</summary>
    bool HasDeviceClock { get; }

    /// <summary>Bytes of the device's last cache before memory, or 0 where it does not tell.</summary>
    long CacheBytes { get; }

    /// <summary>
    /// Seconds between an event of the device before some work and one behind it. Waits for both. Whatever was queued before keeps the device
    /// busy while the work is being queued, so that the cost of launching it does not count.
    /// </summary>
    /// <param name="before">Queues what is not to be timed.</param>
    /// <param name="work">Queues what is.</param>
    /// <exception cref="NotSupportedException">The device has no clock.</exception>
    double Time(Action before, Action work);
}
