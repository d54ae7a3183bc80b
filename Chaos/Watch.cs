using System.Diagnostics;
using System.Globalization;
using DevServers;
using DevServers.Demo;

namespace Chaos;

/// <summary>Looks at the replicas all the time: what they store, what waits, how much memory they have.</summary>
internal sealed class Watch(Stage stage)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly List<Sample> _samples = [];
    private readonly long[] _storedBy = new long[stage.ReplicaCount];
    private readonly int[] _pids = new int[stage.ReplicaCount];
    private long _stored;
    private long? _backlog;
    private volatile bool _isQuiet;

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_began);

    /// <summary>All that the processes have in memory.</summary>
    public MemorySlope Resident { get; } = new();

    /// <summary>What of it belongs to no file.</summary>
    public MemorySlope Anonymous { get; } = new();

    /// <summary>The most that one process had.</summary>
    public double PeakMegabytes { get; private set; }

    public IReadOnlyList<Sample> Samples
    {
        get
        {
            lock (_gate)
            {
                return [.. _samples];
            }
        }
    }

    /// <summary>Orders that were seen being stored.</summary>
    public long Stored
    {
        get
        {
            lock (_gate)
            {
                return _stored;
            }
        }
    }

    /// <summary>Looks until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var (last, lastStored) = (Elapsed, 0L);
        while (!stop.IsCancellationRequested)
        {
            await Task.WhenAll(Enumerable.Range(0, stage.ReplicaCount).Select(LookAsync));
            if (Elapsed - last is var since && since >= SampleInterval)
            {
                var megabytes = AddMemory();
                lock (_gate)
                {
                    _samples.Add(new Sample(
                        Math.Round(Elapsed.TotalSeconds, 1), Math.Round((_stored - lastStored) / since.TotalSeconds), _backlog, megabytes[Stage.NeverEnded]));
                    (last, lastStored) = (Elapsed, _stored);
                }
            }

            await Task.WhenAny(Task.Delay(Interval, stop));
        }
    }

    /// <summary>Nothing is published any more. Workers without work collect no garbage, so their memory says nothing about a slope.</summary>
    public void BeginsToBeQuiet() => _isQuiet = true;

    /// <summary>How long it takes until more is stored; <see langword="null"/> when that takes too long.</summary>
    public async Task<TimeSpan?> NextCommitAsync(TimeSpan patience)
    {
        var (from, began) = (Stored, Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(began) is var waited && waited < patience)
        {
            if (Stored > from)
            {
                return waited;
            }

            await Task.Delay(Interval);
        }

        return null;
    }

    private async Task LookAsync(int number)
    {
        var replica = stage.ReplicaAt(number);
        try
        {
            using var patience = new CancellationTokenSource(SampleInterval);
            var status = await replica.StatusAsync(patience.Token);
            lock (_gate)
            {
                // Another process in the same place counts from the beginning.
                var before = _pids[number] == replica.Pid ? _storedBy[number] : 0;
                _stored += Math.Max(0, status.Stored - before);
                (_pids[number], _storedBy[number]) = (replica.Pid, status.Stored);
                _backlog = status.QueueDepth;
            }
        }
        catch (Exception gone) when (gone is DevServersException or OperationCanceledException or ObjectDisposedException)
        {
            // Killed or frozen; the next look will tell.
        }
    }

    private double?[] AddMemory()
    {
        var resident = new double?[stage.ReplicaCount];
        for (var number = 0; number < stage.ReplicaCount; number++)
        {
            var pid = stage.ReplicaAt(number).Pid;
            if (MemoryOf(pid) is { } memory)
            {
                PeakMegabytes = Math.Max(PeakMegabytes, memory.Resident);
                resident[number] = memory.Resident;
                if (!_isQuiet)
                {
                    Resident.Add(pid, stage.AgeOf(number), memory.Resident);
                    Anonymous.Add(pid, stage.AgeOf(number), memory.Anonymous);
                }
            }
        }

        return resident;
    }

    private static (double Resident, double Anonymous)? MemoryOf(int pid)
    {
        try
        {
            var lines = File.ReadAllLines($"/proc/{pid}/status");
            return (MegabytesOf(lines, "VmRSS:"), MegabytesOf(lines, "RssAnon:"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // A process that has ended and was not waited for yet has no memory any more.
            return null;
        }
    }

    private static double MegabytesOf(string[] lines, string name)
    {
        const double KilobytesPerMegabyte = 1024;
        var line = lines.First(line => line.StartsWith(name, StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / KilobytesPerMegabyte;
    }
}
