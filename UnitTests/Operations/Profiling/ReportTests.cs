using Worker.Operations.Profiling;

namespace UnitTests.Operations.Profiling;

public sealed class ReportTests
{
    // Two looks a thread: 1 ran Parse both times, 2 ran Copy once and waited once, 3 waited.
    private static readonly SampledStack[] Stacks =
    [
        new(1, IsManaged: true, ["Parse", "Receive", "Loop"], Count: 2, LastLook: 4),
        new(2, IsManaged: true, ["Copy", "Write", "Loop"], Count: 1, LastLook: 2),
        new(2, IsManaged: false, ["Wait", "Loop"], Count: 1, LastLook: 5),
        new(3, IsManaged: false, ["Wait", "Loop"], Count: 2, LastLook: 6),
    ];

    [Fact]
    public void The_table_has_each_methods_own_share_and_its_share_with_what_it_calls_and_leaves_waiting_out()
    {
        var top = CpuReport.Top(Stacks, TimeSpan.FromSeconds(10));

        Assert.StartsWith("10 s, 2 looks: on average 1.50 threads ran managed code.", top);
        Assert.Contains("    66.7     66.7  Parse\n", top);
        Assert.Contains("    33.3     33.3  Copy\n", top);
        Assert.Contains("     0.0    100.0  Loop\n", top);
        Assert.DoesNotContain("Wait", top);
    }

    [Fact]
    public void A_method_that_calls_itself_is_counted_once_a_stack() =>
        Assert.Contains("   100.0    100.0  Walk\n", CpuReport.Top([new SampledStack(1, true, ["Walk", "Walk"], 3, 1)], TimeSpan.FromSeconds(1)));

    [Fact]
    public void A_worker_that_ran_no_managed_code_has_an_empty_table() =>
        Assert.EndsWith("method\n", CpuReport.Top([new SampledStack(1, false, ["Wait"], 9, 1)], TimeSpan.FromSeconds(1)));

    [Fact]
    public void Folded_stacks_begin_at_the_outermost_method_and_those_of_all_threads_are_one() => Assert.Equal(
        "Loop;Receive;Parse 5\nLoop;Write;Copy 1\n",
        CpuReport.Folded([.. Stacks, new SampledStack(9, true, ["Parse", "Receive", "Loop"], Count: 3, LastLook: 7)]));

    [Fact]
    public void Threads_are_shown_with_what_they_were_last_seen_doing_and_equal_ones_together()
    {
        var report = ThreadReport.Of(Stacks, thread => thread == 2 ? ".NET TP Worker" : "");

        Assert.Equal(
            """
            3 threads with managed code

            1 x running: 1
                Parse
                Receive
                Loop

            2 x waiting, or in native code: 2 .NET TP Worker, 3
                Wait
                Loop

            """, report);
    }

    [Fact]
    public void The_heap_is_shown_by_bytes()
    {
        var report = HeapReport.Types([new HeapType("System.String", 1_000, 1 << 20), new HeapType("System.Byte[]", 3, 5 << 20)], GC.GetGCMemoryInfo());

        Assert.StartsWith("6.0 MB in 1,003 objects are alive.", report);
        Assert.True(report.IndexOf("    5.00         3  System.Byte[]\n", StringComparison.Ordinal) < report.IndexOf("    1.00     1,000  System.String\n", StringComparison.Ordinal), report);
    }

    [Fact]
    public void Asynchronous_methods_are_named_as_in_the_source_whatever_they_return()
    {
        var report = HeapReport.Tasks(
        [
            new HeapType("AsyncStateMachineBox`1[System.Threading.Tasks.VoidTaskResult,Worker.Intake.Lane+<RunAsync>d__12]", 2, 200),
            new HeapType("AsyncStateMachineBox`1[System.Collections.Generic.Dictionary`2[System.String,System.Int32],Worker.Intake.Lane+<RunAsync>d__12]", 1, 100),
            new HeapType("AsyncStateMachineBox`1[System.Threading.Tasks.VoidTaskResult,Program+<<<Main>$>g__Waiting|0_1>d]", 7, 700),
            new HeapType("System.String", 100, 1_000),
        ]);

        Assert.Equal("10 asynchronous methods are under way\n\n        7  Program+<<<Main>$>g__Waiting|0_1>d\n        3  Worker.Intake.Lane.RunAsync\n", report);
    }
}
