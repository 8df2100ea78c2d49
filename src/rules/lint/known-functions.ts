/** Modules of Elixir that rules name most: their functions and macros, of 1.14 and of 1.18. */
export const FUNCTIONS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    GenServer: words(`
      abcast/2 abcast/3 call/2 call/3 cast/2 format_report/1 multi_call/2 multi_call/3 multi_call/4
      reply/2 start/2 start/3 start_link/2 start_link/3 stop/1 stop/2 stop/3 whereis/1`),
    Agent: words(`
      cast/2 cast/4 child_spec/1 get/2 get/3 get/4 get/5 get_and_update/2 get_and_update/3
      get_and_update/4 get_and_update/5 start/1 start/2 start/3 start/4 start_link/1 start_link/2
      start_link/3 start_link/4 stop/1 stop/2 stop/3 update/2 update/3 update/4 update/5`),
    Task: words(`
      async/1 async/3 async_stream/2 async_stream/3 async_stream/4 async_stream/5 await/1 await/2
      await_many/1 await_many/2 child_spec/1 completed/1 find/2 ignore/1 shutdown/1 shutdown/2 start/1
      start/3 start_link/1 start_link/3 yield/1 yield/2 yield_many/1 yield_many/2`),
    "Task.Supervisor": words(`
      async/2 async/3 async/4 async/5 async_nolink/2 async_nolink/3 async_nolink/4 async_nolink/5
      async_stream/3 async_stream/4 async_stream/5 async_stream/6 async_stream_nolink/3
      async_stream_nolink/4 async_stream_nolink/5 async_stream_nolink/6 child_spec/1 children/1 init/1
      start_child/2 start_child/3 start_child/4 start_child/5 start_link/0 start_link/1 terminate_child/2`),
    Process: words(`
      alias/0 alias/1 alive?/1 cancel_timer/1 cancel_timer/2 delete/1 demonitor/1 demonitor/2 exit/2
      flag/2 flag/3 get/0 get/1 get/2 get_keys/0 get_keys/1 group_leader/0 group_leader/2 hibernate/3
      info/1 info/2 link/1 list/0 monitor/1 monitor/2 put/2 read_timer/1 register/2 registered/0 send/3
      send_after/3 send_after/4 set_label/1 sleep/1 spawn/2 spawn/4 unalias/1 unlink/1 unregister/1
      whereis/1`),
    Supervisor: words(`
      child_spec/2 count_children/1 delete_child/2 init/2 restart_child/2 start_child/2 start_link/2
      start_link/3 stop/1 stop/2 stop/3 terminate_child/2 which_children/1`),
    DynamicSupervisor: words(`
      child_spec/1 code_change/3 count_children/1 format_report/1 format_status/2 handle_call/3
      handle_cast/2 handle_info/2 init/1 start_child/2 start_link/1 start_link/2 start_link/3 stop/1
      stop/2 stop/3 terminate/2 terminate_child/2 which_children/1`),
    Registry: words(`
      child_spec/1 count/1 count_match/3 count_match/4 count_select/2 delete_meta/2 dispatch/3 dispatch/4
      keys/2 lock/3 lookup/2 match/3 match/4 meta/2 put_meta/3 register/3 register_name/2 select/2 send/2
      start_link/1 start_link/2 start_link/3 unregister/2 unregister_match/3 unregister_match/4
      unregister_name/1 update_value/3 values/3 whereis_name/1`),
    Application: words(`
      app_dir/1 app_dir/2 compile_env!/2 compile_env!/3 compile_env/2 compile_env/3 compile_env/4
      delete_env/2 delete_env/3 ensure_all_started/1 ensure_all_started/2 ensure_loaded/1 ensure_started/1
      ensure_started/2 fetch_env!/2 fetch_env/2 format_error/1 get_all_env/1 get_application/1 get_env/2
      get_env/3 load/1 loaded_applications/0 put_all_env/1 put_all_env/2 put_env/3 put_env/4 spec/1 spec/2
      start/1 start/2 started_applications/0 started_applications/1 stop/1 unload/1`),
    Node: words(`
      alive?/0 connect/1 disconnect/1 get_cookie/0 list/0 list/1 monitor/2 monitor/3 ping/1 self/0
      set_cookie/1 set_cookie/2 spawn/2 spawn/3 spawn/4 spawn/5 spawn_link/2 spawn_link/4 spawn_monitor/2
      spawn_monitor/4 start/1 start/2 start/3 stop/0`),
    Logger: words(`
      add_backend/1 add_backend/2 add_handlers/1 add_translator/1 alert/1 alert/2 bare_log/2 bare_log/3
      compare_levels/2 configure/1 configure_backend/2 critical/1 critical/2 debug/1 debug/2
      default_formatter/0 default_formatter/1 delete_all_module_levels/0 delete_application_level/1
      delete_module_level/1 delete_process_level/1 disable/1 emergency/1 emergency/2 enable/1 enabled?/1
      error/1 error/2 flush/0 get_module_level/1 get_process_level/1 info/1 info/2 level/0 levels/0 log/2
      log/3 metadata/0 metadata/1 notice/1 notice/2 put_application_level/2 put_module_level/2
      put_process_level/2 remove_backend/1 remove_backend/2 remove_translator/1 reset_metadata/0
      reset_metadata/1 warn/1 warn/2 warning/1 warning/2`),
  }),
);

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
