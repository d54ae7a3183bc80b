using Benchmarks;
using Benchmarks.Contestants;

// A contestant starts like the program it stands for: without a command line parser's detour.
if (args is [WorkersContestant.Command, .. var settings])
{
    return await WorkersContestant.RunAsync(settings);
}

return await BenchCommand.RunAsync(args);
