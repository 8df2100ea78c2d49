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
    Access: words(`
      all/0 at/1 at!/1 elem/1 fetch/2 fetch!/2 filter/1 find/1 get/2 get/3 get_and_update/3 key/1 key/2 key!/1
      pop/2 slice/1`),
    Atom: words(`
      to_char_list/1 to_charlist/1 to_string/1`),
    Base: words(`
      decode16/1 decode16/2 decode16!/1 decode16!/2 decode32/1 decode32/2 decode32!/1 decode32!/2 decode64/1
      decode64/2 decode64!/1 decode64!/2 encode16/1 encode16/2 encode32/1 encode32/2 encode64/1 encode64/2
      hex_decode32/1 hex_decode32/2 hex_decode32!/1 hex_decode32!/2 hex_encode32/1 hex_encode32/2
      url_decode64/1 url_decode64/2 url_decode64!/1 url_decode64!/2 url_encode64/1 url_encode64/2`),
    Date: words(`
      add/2 after?/2 before?/2 beginning_of_month/1 beginning_of_week/1 beginning_of_week/2 compare/2
      convert/2 convert!/2 day_of_era/1 day_of_week/1 day_of_week/2 day_of_year/1 days_in_month/1 diff/2
      end_of_month/1 end_of_week/1 end_of_week/2 from_erl/1 from_erl/2 from_erl!/1 from_erl!/2
      from_gregorian_days/1 from_gregorian_days/2 from_iso8601/1 from_iso8601/2 from_iso8601!/1
      from_iso8601!/2 leap_year?/1 months_in_year/1 new/3 new/4 new!/3 new!/4 quarter_of_year/1 range/2
      range/3 shift/2 to_erl/1 to_gregorian_days/1 to_iso8601/1 to_iso8601/2 to_iso_days/1 to_string/1
      utc_today/0 utc_today/1 year_of_era/1`),
    DateTime: words(`
      add/2 add/3 add/4 after?/2 before?/2 compare/2 convert/2 convert!/2 diff/2 diff/3
      from_gregorian_seconds/1 from_gregorian_seconds/2 from_gregorian_seconds/3 from_iso8601/1 from_iso8601/2
      from_iso8601/3 from_naive/2 from_naive/3 from_naive!/2 from_naive!/3 from_unix/1 from_unix/2 from_unix/3
      from_unix!/1 from_unix!/2 from_unix!/3 new/2 new/3 new/4 new!/2 new!/3 new!/4 now/1 now/2 now!/1 now!/2
      shift/2 shift/3 shift_zone/2 shift_zone/3 shift_zone!/2 shift_zone!/3 to_date/1 to_gregorian_seconds/1
      to_iso8601/1 to_iso8601/2 to_iso8601/3 to_naive/1 to_string/1 to_time/1 to_unix/1 to_unix/2 truncate/2
      utc_now/0 utc_now/1 utc_now/2`),
    Enum: words(`
      all?/1 all?/2 any?/1 any?/2 at/2 at/3 chunk/2 chunk/3 chunk/4 chunk_by/2 chunk_every/2 chunk_every/3
      chunk_every/4 chunk_while/4 concat/1 concat/2 count/1 count/2 count_until/2 count_until/3 dedup/1
      dedup_by/2 drop/2 drop_every/2 drop_while/2 each/2 empty?/1 fetch/2 fetch!/2 filter/2 filter_map/3
      find/2 find/3 find_index/2 find_value/2 find_value/3 flat_map/2 flat_map_reduce/3 frequencies/1
      frequencies_by/2 group_by/2 group_by/3 intersperse/2 into/2 into/3 join/1 join/2 map/2 map_every/3
      map_intersperse/3 map_join/2 map_join/3 map_reduce/3 max/1 max/2 max/3 max_by/2 max_by/3 max_by/4
      member?/2 min/1 min/2 min/3 min_by/2 min_by/3 min_by/4 min_max/1 min_max/2 min_max_by/2 min_max_by/3
      min_max_by/4 partition/2 product/1 product_by/2 random/1 reduce/2 reduce/3 reduce_while/3 reject/2
      reverse/1 reverse/2 reverse_slice/3 scan/2 scan/3 shuffle/1 slice/2 slice/3 slide/3 sort/1 sort/2
      sort_by/2 sort_by/3 split/2 split_while/2 split_with/2 sum/1 sum_by/2 take/2 take_every/2 take_random/2
      take_while/2 to_list/1 uniq/1 uniq/2 uniq_by/2 unzip/1 with_index/1 with_index/2 zip/1 zip/2
      zip_reduce/3 zip_reduce/4 zip_with/2 zip_with/3`),
    File: words(`
      cd/1 cd!/1 cd!/2 chgrp/2 chgrp!/2 chmod/2 chmod!/2 chown/2 chown!/2 close/1 copy/2 copy/3 copy!/2
      copy!/3 cp/2 cp/3 cp!/2 cp!/3 cp_r/2 cp_r/3 cp_r!/2 cp_r!/3 cwd/0 cwd!/0 dir?/1 dir?/2 exists?/1
      exists?/2 ln/2 ln!/2 ln_s/2 ln_s!/2 ls/0 ls/1 ls!/0 ls!/1 lstat/1 lstat/2 lstat!/1 lstat!/2 mkdir/1
      mkdir!/1 mkdir_p/1 mkdir_p!/1 open/1 open/2 open/3 open!/1 open!/2 open!/3 read/1 read!/1 read_link/1
      read_link!/1 regular?/1 regular?/2 rename/2 rename!/2 rm/1 rm!/1 rm_rf/1 rm_rf!/1 rmdir/1 rmdir!/1
      stat/1 stat/2 stat!/1 stat!/2 stream!/1 stream!/2 stream!/3 touch/1 touch/2 touch!/1 touch!/2 write/2
      write/3 write!/2 write!/3 write_stat/2 write_stat/3 write_stat!/2 write_stat!/3`),
    Float: words(`
      ceil/1 ceil/2 floor/1 floor/2 max_finite/0 min_finite/0 parse/1 pow/2 ratio/1 round/1 round/2
      to_char_list/1 to_char_list/2 to_charlist/1 to_string/1 to_string/2`),
    Integer: words(`
      digits/1 digits/2 extended_gcd/2 floor_div/2 gcd/2 is_even/1 is_odd/1 mod/2 parse/1 parse/2 pow/2
      to_char_list/1 to_char_list/2 to_charlist/1 to_charlist/2 to_string/1 to_string/2 undigits/1 undigits/2`),
    IO: words(`
      binread/1 binread/2 binstream/0 binstream/1 binstream/2 binwrite/1 binwrite/2 chardata_to_string/1
      each_binstream/2 each_stream/2 getn/1 getn/2 getn/3 gets/1 gets/2 inspect/1 inspect/2 inspect/3
      iodata_length/1 iodata_to_binary/1 puts/1 puts/2 read/1 read/2 stream/0 stream/1 stream/2 warn/1 warn/2
      warn_once/3 write/1 write/2`),
    Keyword: words(`
      delete/2 delete/3 delete_first/2 drop/2 equal?/2 fetch/2 fetch!/2 filter/2 from_keys/2 get/2 get/3
      get_and_update/3 get_and_update!/3 get_lazy/3 get_values/2 has_key?/2 intersect/2 intersect/3 keys/1
      keyword?/1 map/2 merge/2 merge/3 new/0 new/1 new/2 pop/2 pop/3 pop!/2 pop_first/2 pop_first/3 pop_lazy/3
      pop_values/2 put/3 put_new/3 put_new_lazy/3 reject/2 replace/3 replace!/3 replace_lazy/3 size/1 split/2
      split_with/2 take/2 to_list/1 update/4 update!/3 validate/2 validate!/2 values/1`),
    List: words(`
      ascii_printable?/1 ascii_printable?/2 delete/2 delete_at/2 duplicate/2 ends_with?/2 first/1 first/2
      flatten/1 flatten/2 foldl/3 foldr/3 improper?/1 insert_at/3 keydelete/3 keyfind/3 keyfind/4 keyfind!/3
      keymember?/3 keyreplace/4 keysort/2 keysort/3 keystore/4 keytake/3 last/1 last/2 myers_difference/2
      myers_difference/3 pop_at/2 pop_at/3 replace_at/3 starts_with?/2 to_atom/1 to_charlist/1
      to_existing_atom/1 to_float/1 to_integer/1 to_integer/2 to_string/1 to_tuple/1 update_at/3 wrap/1 zip/1`),
    Map: words(`
      delete/2 drop/2 equal?/2 fetch/2 fetch!/2 filter/2 from_keys/2 from_struct/1 get/2 get/3
      get_and_update/3 get_and_update!/3 get_lazy/3 has_key?/2 intersect/2 intersect/3 keys/1 map/2 merge/2
      merge/3 new/0 new/1 new/2 pop/2 pop/3 pop!/2 pop_lazy/3 put/3 put_new/3 put_new_lazy/3 reject/2
      replace/3 replace!/3 replace_lazy/3 size/1 split/2 split_with/2 take/2 to_list/1 update/4 update!/3
      values/1`),
    MapSet: words(`
      delete/2 difference/2 disjoint?/2 equal?/2 filter/2 intersection/2 member?/2 new/0 new/1 new/2 put/2
      reject/2 size/1 split_with/2 subset?/2 symmetric_difference/2 to_list/1 union/2`),
    NaiveDateTime: words(`
      add/2 add/3 after?/2 before?/2 beginning_of_day/1 compare/2 convert/2 convert!/2 diff/2 diff/3
      end_of_day/1 from_erl/1 from_erl/2 from_erl/3 from_erl!/1 from_erl!/2 from_erl!/3
      from_gregorian_seconds/1 from_gregorian_seconds/2 from_gregorian_seconds/3 from_iso8601/1 from_iso8601/2
      from_iso8601!/1 from_iso8601!/2 local_now/0 local_now/1 new/2 new/6 new/7 new/8 new!/2 new!/6 new!/7
      new!/8 shift/2 to_date/1 to_erl/1 to_gregorian_seconds/1 to_iso8601/1 to_iso8601/2 to_string/1 to_time/1
      truncate/2 utc_now/0 utc_now/1 utc_now/2`),
    Path: words(`
      absname/1 absname/2 basename/1 basename/2 dirname/1 expand/1 expand/2 extname/1 join/1 join/2 relative/1
      relative_to/2 relative_to/3 relative_to_cwd/1 relative_to_cwd/2 rootname/1 rootname/2 safe_relative/1
      safe_relative/2 safe_relative_to/2 split/1 type/1 wildcard/1 wildcard/2`),
    Regex: words(`
      compile/1 compile/2 compile!/1 compile!/2 escape/1 match?/2 named_captures/2 named_captures/3 names/1
      opts/1 re_pattern/1 recompile/1 recompile!/1 regex?/1 replace/3 replace/4 run/2 run/3 scan/2 scan/3
      source/1 split/2 split/3 unescape_map/1 version/0`),
    Stream: words(`
      chunk/2 chunk/3 chunk/4 chunk_by/2 chunk_every/2 chunk_every/3 chunk_every/4 chunk_while/4 concat/1
      concat/2 cycle/1 dedup/1 dedup_by/2 drop/2 drop_every/2 drop_while/2 duplicate/2 each/2 filter/2
      filter_map/3 flat_map/2 from_index/0 from_index/1 intersperse/2 interval/1 into/2 into/3 iterate/2 map/2
      map_every/3 reject/2 repeatedly/1 resource/3 run/1 scan/2 scan/3 take/2 take_every/2 take_while/2
      timer/1 transform/3 transform/4 transform/5 unfold/2 uniq/1 uniq/2 uniq_by/2 with_index/1 with_index/2
      zip/1 zip/2 zip_with/2 zip_with/3`),
    String: words(`
      at/2 bag_distance/2 byte_slice/3 capitalize/1 capitalize/2 chunk/2 codepoints/1 contains?/2 downcase/1
      downcase/2 duplicate/2 ends_with?/2 equivalent?/2 first/1 graphemes/1 jaro_distance/2 last/1 length/1
      ljust/2 ljust/3 lstrip/1 lstrip/2 match?/2 myers_difference/2 next_codepoint/1 next_grapheme/1
      next_grapheme_size/1 normalize/2 pad_leading/2 pad_leading/3 pad_trailing/2 pad_trailing/3 printable?/1
      printable?/2 replace/3 replace/4 replace_invalid/1 replace_invalid/2 replace_leading/3 replace_prefix/3
      replace_suffix/3 replace_trailing/3 reverse/1 rjust/2 rjust/3 rstrip/1 rstrip/2 slice/2 slice/3 split/1
      split/2 split/3 split_at/2 splitter/2 splitter/3 starts_with?/2 strip/1 strip/2 to_atom/1 to_char_list/1
      to_charlist/1 to_existing_atom/1 to_float/1 to_integer/1 to_integer/2 trim/1 trim/2 trim_leading/1
      trim_leading/2 trim_trailing/1 trim_trailing/2 upcase/1 upcase/2 valid?/1 valid?/2 valid_character?/1`),
    System: words(`
      argv/0 argv/1 at_exit/1 build_info/0 cmd/2 cmd/3 compiled_endianness/0 convert_time_unit/3 cwd/0 cwd!/0
      delete_env/1 endianness/0 fetch_env/1 fetch_env!/1 find_executable/1 get_env/0 get_env/1 get_env/2
      get_pid/0 halt/0 halt/1 monotonic_time/0 monotonic_time/1 no_halt/0 no_halt/1 os_time/0 os_time/1
      otp_release/0 pid/0 put_env/1 put_env/2 restart/0 schedulers/0 schedulers_online/0 shell/1 shell/2
      stacktrace/0 stop/0 stop/1 system_time/0 system_time/1 time_offset/0 time_offset/1 tmp_dir/0 tmp_dir!/0
      trap_signal/2 trap_signal/3 unique_integer/0 unique_integer/1 untrap_signal/2 user_home/0 user_home!/0
      version/0`),
    Time: words(`
      add/2 add/3 after?/2 before?/2 compare/2 convert/2 convert!/2 diff/2 diff/3 from_erl/1 from_erl/2
      from_erl/3 from_erl!/1 from_erl!/2 from_erl!/3 from_iso8601/1 from_iso8601/2 from_iso8601!/1
      from_iso8601!/2 from_seconds_after_midnight/1 from_seconds_after_midnight/2
      from_seconds_after_midnight/3 new/3 new/4 new/5 new!/3 new!/4 new!/5 shift/2 to_erl/1 to_iso8601/1
      to_iso8601/2 to_seconds_after_midnight/1 to_string/1 truncate/2 utc_now/0 utc_now/1`),
    Tuple: words(`
      append/2 delete_at/2 duplicate/2 insert_at/3 product/1 sum/1 to_list/1`),
    URI: words(`
      append_path/2 append_query/2 char_reserved?/1 char_unescaped?/1 char_unreserved?/1 decode/1
      decode_query/1 decode_query/2 decode_query/3 decode_www_form/1 default_port/1 default_port/2 encode/1
      encode/2 encode_query/1 encode_query/2 encode_www_form/1 merge/2 new/1 new!/1 parse/1 query_decoder/1
      query_decoder/2 to_string/1`),
    Version: words(`
      compare/2 compile_requirement/1 match?/2 match?/3 parse/1 parse!/1 parse_requirement/1
      parse_requirement!/1 to_string/1`),
  }),
);

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
