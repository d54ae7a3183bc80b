using System.Runtime.InteropServices;

namespace Worker.Operations;

/// <summary>
/// Ends the process at once on the second SIGTERM or SIGINT: whoever asks twice does not want to wait for the drain. The first one
/// is the host's.
/// </summary>
internal sealed class SecondSignal : IDisposable
{
    private const int ExitCodeBase = 128;

    private readonly PosixSignalRegistration[] _registrations;
    private int _signals;

    public SecondSignal()
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => OnSignal(number: 15)),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => OnSignal(number: 2)),
        ];
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void OnSignal(int number)
    {
        if (Interlocked.Increment(ref _signals) > 1)
        {
            Environment.Exit(ExitCodeBase + number);
        }
    }
}
