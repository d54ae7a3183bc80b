using System.Runtime.InteropServices;

namespace DevServers;

/// <summary>
/// The stacks of this process, for the ends that nobody awaits: a process exit, and a signal whose default is to end the process without
/// running anything of ours.
/// </summary>
internal static class LiveStacks
{
    private static readonly HashSet<DevStack> Stacks = [];
    private static readonly List<PosixSignalRegistration> Registrations = [];
    private static bool _hooked;

    public static void Add(DevStack stack, bool stopOnSignals)
    {
        lock (Stacks)
        {
            Stacks.Add(stack);
            if (!_hooked)
            {
                AppDomain.CurrentDomain.ProcessExit += (_, _) => RemoveAll();
                _hooked = true;
            }

            if (stopOnSignals && Registrations.Count == 0)
            {
                foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP })
                {
                    Registrations.Add(PosixSignalRegistration.Create(signal, _ => RemoveAll()));
                }
            }
        }
    }

    public static void Remove(DevStack stack)
    {
        lock (Stacks)
        {
            Stacks.Remove(stack);
        }
    }

    private static void RemoveAll()
    {
        List<DevStack> stacks;
        lock (Stacks)
        {
            stacks = [.. Stacks];
            Stacks.Clear();
        }

        foreach (var stack in stacks)
        {
            stack.RemoveNow();
        }
    }
}
