using Simulation;

return await SimulateCommand.RunAsync(args);
