using System.Collections.Concurrent;

namespace DevServers;

/// <summary>
/// The one thread that starts children. "Parent died" is about the thread that forked, not about the process: a child started on a pool
/// thread would get its death signal as soon as the pool retires that thread. This one ends only with the process.
/// </summary>
internal static class ChildThread
{
    private static readonly BlockingCollection<Action> Work = StartThread();

    public static T Run<T>(Func<T> start)
    {
        // Continuations must not run on the thread that starts children.
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try
            {
                done.SetResult(start());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });

        return done.Task.GetAwaiter().GetResult();
    }

    private static BlockingCollection<Action> StartThread()
    {
        var work = new BlockingCollection<Action>();
        var thread = new Thread(() =>
        {
            foreach (var action in work.GetConsumingEnumerable())
            {
                action();
            }
        })
        {
            IsBackground = true,
            Name = "dev servers' children",
        };
        thread.Start();
        return work;
    }
}
