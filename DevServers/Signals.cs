using System.Runtime.InteropServices;

namespace DevServers;

/// <summary>Signals by process id. Never by name: another stack, or the system's own server, has the same name.</summary>
internal static class Signals
{
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Kill = 9;
    public const int Terminate = 15;

    // The numbers of these two differ between Linux and the BSD family.
    public static readonly int Stop = OperatingSystem.IsLinux() ? 19 : 17;
    public static readonly int Continue = OperatingSystem.IsLinux() ? 18 : 19;

    private const int NoSuchProcess = 3;

    /// <summary>Sends the signal; false when there is no such process any more.</summary>
    public static bool Send(int pid, int signal)
    {
        // 0 and negative ids address whole process groups, this process among them.
        ArgumentOutOfRangeException.ThrowIfLessThan(pid, 2);

        if (SendNative(pid, signal) == 0)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        if (error == NoSuchProcess)
        {
            return false;
        }

        throw new InvalidOperationException(
            $"Signal {signal} could not be sent to process {pid}: {Marshal.GetPInvokeErrorMessage(error)}.");
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendNative(int pid, int signal);
}
