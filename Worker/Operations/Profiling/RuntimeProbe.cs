using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Etlx;
using Microsoft.Diagnostics.Tracing.EventPipe;
using Microsoft.Diagnostics.Tracing.Parsers;
using Microsoft.Diagnostics.Tracing.Parsers.Clr;

namespace Worker.Operations.Profiling;

/// <summary>
/// Asks the runtime about this process, over the socket that it keeps for diagnostic tools. A session is ended by its time or by its caller, whatever
/// comes first, and costs nothing afterwards.
/// </summary>
/// <remarks>
/// What is running is stopped for each look at the threads, 1,000 times a second, and for as long as a walk over the heap takes.
/// </remarks>
internal sealed class RuntimeProbe(TimeProvider time)
{
    // What the runtime keeps of a session that is read too slowly. Then it drops events: a profile with fewer looks.
    private const int BufferMegabytes = 16;

    // A heap's objects come all at once.
    private const int HeapBufferMegabytes = 64;
    private static readonly TimeSpan HeapPatience = TimeSpan.FromSeconds(30);

    private static readonly EventPipeProvider[] Sampler =
    [
        new("Microsoft-DotNETCore-SampleProfiler", EventLevel.Informational),
        new(ClrTraceEventParser.ProviderName, EventLevel.Informational, (long)ClrTraceEventParser.Keywords.Default),
    ];

    private static readonly EventPipeProvider[] HeapWalker =
        [new(ClrTraceEventParser.ProviderName, EventLevel.Informational, (long)ClrTraceEventParser.Keywords.GCHeapSnapshot)];

    private readonly DiagnosticsClient _client = new(Environment.ProcessId);

    /// <summary>Looks at the stacks of all threads. Those that look are left out.</summary>
    /// <exception cref="ServerNotAvailableException">The runtime has no such socket.</exception>
    public Task<List<SampledStack>> SampleAsync(TimeSpan length, CancellationToken cancellationToken) =>
        OnThreadOfItsOwn(() => Sample(length, cancellationToken));

    /// <summary>Collects all garbage and counts what is left, by type.</summary>
    /// <exception cref="ServerNotAvailableException">The runtime has no such socket.</exception>
    public Task<List<HeapType>> WalkHeapAsync(CancellationToken cancellationToken) => OnThreadOfItsOwn(() => WalkHeap(cancellationToken));

    /// <summary>Writes what the sampler says as it comes, in the format of diagnostic tools (<c>.nettrace</c>), with the names of all methods at its end.</summary>
    /// <exception cref="ServerNotAvailableException">The runtime has no such socket.</exception>
    public async Task RecordAsync(Stream target, TimeSpan length, CancellationToken cancellationToken)
    {
        using var session = await _client.StartEventPipeSessionAsync(Sampler, requestRundown: true, BufferMegabytes, cancellationToken);
        await using var end = EndOf(session, length);
        await session.EventStream.CopyToAsync(target, cancellationToken);
    }

    private static Task<T> OnThreadOfItsOwn<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private List<SampledStack> Sample(TimeSpan length, CancellationToken cancellationToken)
    {
        using var session = _client.StartEventPipeSession(Sampler, requestRundown: false, BufferMegabytes);
        using var source = TraceLog.CreateFromEventPipeSession(session, TraceLog.EventPipeRundownConfiguration.Enable(_client));
        var seen = new Dictionary<(int Thread, bool IsManaged, CallStackIndex Stack), (int Count, int LastLook)>();
        var looks = 0;
        new SampleProfilerTraceEventParser(source).ThreadSample += sample =>
        {
            var key = (sample.ThreadID, sample.Type == ClrThreadSampleType.Managed, sample.CallStackIndex());
            seen[key] = (seen.GetValueOrDefault(key).Count + 1, looks++);
        };

        using (var end = EndOf(session, length))
        using (cancellationToken.UnsafeRegister(_ => end.Now(), null))
        {
            source.Process();
        }

        // Names come last: a method that was compiled meanwhile has its own only now.
        var names = new Dictionary<CodeAddressIndex, string>();
        return [.. seen
            .Where(stack => stack.Key.Stack != CallStackIndex.Invalid)
            .Select(stack => new SampledStack(stack.Key.Thread, stack.Key.IsManaged, Frames(source.TraceLog, stack.Key.Stack, names), stack.Value.Count, stack.Value.LastLook))
            .Where(stack => !stack.Frames.Any(IsOurOwn))];
    }

    private List<HeapType> WalkHeap(CancellationToken cancellationToken)
    {
        using var session = _client.StartEventPipeSession(HeapWalker, requestRundown: false, HeapBufferMegabytes);
        using var source = new EventPipeEventSource(session.EventStream);
        using var end = EndOf(session, HeapPatience);
        var (names, objects) = (new Dictionary<ulong, string>(), new Dictionary<ulong, (long Objects, long Bytes)>());
        int? collection = null;
        source.Clr.GCStart += start => collection ??= start.Reason == GCReason.Induced ? start.Count : null;
        source.Clr.GCStop += stop =>
        {
            if (stop.Count == collection)
            {
                end.Now();
            }
        };
        source.Clr.TypeBulkType += types =>
        {
            for (var i = 0; i < types.Count; i++)
            {
                names[types.Values(i).TypeID] = types.Values(i).TypeName;
            }
        };
        source.Clr.GCBulkNode += nodes =>
        {
            for (var i = 0; i < nodes.Count; i++)
            {
                var (node, sum) = (nodes.Values(i), objects.GetValueOrDefault(nodes.Values(i).TypeID));
                objects[node.TypeID] = (sum.Objects + 1, sum.Bytes + (long)node.Size);
            }
        };

        using (cancellationToken.UnsafeRegister(_ => end.Now(), null))
        {
            source.Process();
        }

        return [.. objects.Select(type => new HeapType(names.GetValueOrDefault(type.Key, "(no name)"), type.Value.Objects, type.Value.Bytes))];
    }

    private static List<string> Frames(TraceLog log, CallStackIndex stack, Dictionary<CodeAddressIndex, string> names)
    {
        var frames = new List<string>();
        for (; stack != CallStackIndex.Invalid; stack = log.CallStacks.Caller(stack))
        {
            var address = log.CallStacks.CodeAddressIndex(stack);
            if (!names.TryGetValue(address, out var name))
            {
                names[address] = name = NameOf(log.CodeAddresses, address);
            }

            frames.Add(name);
        }

        return frames;
    }

    private static string NameOf(TraceCodeAddresses addresses, CodeAddressIndex address)
    {
        var method = addresses.MethodIndex(address);
        var name = method == MethodIndex.Invalid ? "" : addresses.Methods.FullMethodName(method);
        var arguments = name.IndexOf('(', StringComparison.Ordinal);
        return name.Length == 0 ? "(no name)" : arguments < 0 ? name : name[..arguments];
    }

    private static bool IsOurOwn(string method) =>
        method.StartsWith("Microsoft.Diagnostics.Tracing.", StringComparison.Ordinal) || method.StartsWith(typeof(RuntimeProbe).FullName!, StringComparison.Ordinal);

    private SessionEnd EndOf(EventPipeSession session, TimeSpan length) => new(session, length, time);
}
